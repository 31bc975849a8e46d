package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * The rows of the sheet Access. A row grants no longer than it says; one that blocks always does.
 */
final class AccessRules {

  private record Rule(AccessRow row, Reach reach) {

    boolean blocks() {
      return row.ruling().verdict() == Verdict.BLOCK;
    }
  }

  private final List<Rule> rules;

  AccessRules(Workbook workbook) {
    rules =
        workbook.access().stream()
            .map(row -> new Rule(row, Reach.of(row.scope(), workbook)))
            .toList();
  }

  void judge(
      Subject subject, Resource resource, Duration wanted, ZonedDateTime utc, Judgement judgement) {
    String part = "access to " + resource.name() + " for " + inWords(wanted);
    boolean found = false;
    Optional<Duration> longest = Optional.empty();
    for (Rule rule : rules) {
      if (!rule.row().hours().cover(utc) || !rule.reach().covers(subject.groups(), resource)) {
        continue;
      }
      if (rule.blocks() || rule.row().longest().compareTo(wanted) >= 0) {
        found |= judgement.add(rule.row(), rule.row().ruling(), part);
      } else if (judgement.counts(rule.row())
          && longest.filter(time -> time.compareTo(rule.row().longest()) > 0).isEmpty()) {
        longest = Optional.of(rule.row().longest());
      }
    }
    if (!found) {
      judgement.unmatched(
          MatchedRow.builtIn(
              WorkbookPolicy.DEFAULT_RULE,
              part,
              "no row grants this now",
              longest
                  .map(time -> "Ask for at most " + inWords(time) + ".")
                  .orElse("Ask the policy's owner for a row of the sheet Access.")));
    }
  }

  /** Whether the subject needs no grant now: a row lets it in for good, and none blocks. */
  boolean standing(Subject subject, Resource resource, ZonedDateTime utc, Judgement judgement) {
    boolean stands = false;
    for (Rule rule : rules) {
      if (rule.row().hours().cover(utc)
          && rule.reach().covers(subject.groups(), resource)
          && judgement.counts(rule.row())) {
        if (rule.blocks()) {
          return false;
        }
        stands |= rule.row().standing();
      }
    }
    return stands;
  }

  private static String inWords(Duration time) {
    return time.toMinutes() % 60 == 0 ? time.toHours() + " h" : time.toMinutes() + " min";
  }
}
