package dev.countersign.rules.policy;

import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.BitSet;
import java.util.List;

/**
 * The rows of the sheet Git. Each changed path needs a row that allows it; a change without paths
 * is one part.
 */
final class GitRules {

  private static final String ANY = "*";

  private record Rule(
      GitRow row, Reach reach, List<String> actions, Patterns refs, Patterns paths) {

    static Rule of(GitRow row, Workbook workbook) {
      return new Rule(
          row,
          Reach.of(row.scope(), workbook),
          workbook.expand(row.actions()),
          Patterns.of(row.ref(), row.ruling(), workbook),
          Patterns.of(row.path(), row.ruling(), workbook));
    }

    boolean isAbout(Subject subject, Resource resource, RefUpdate update) {
      return (actions.contains(ANY) || actions.contains(update.change().toString()))
          && refs.match(update.ref())
          && reach.covers(subject.groups(), resource)
          && switch (row.condition()) {
            case SECRET -> !update.secrets().isEmpty();
            case UNSIGNED -> !update.commits().allSigned();
            case ALWAYS, BINARY, LINK -> true;
          };
    }

    boolean matches(PathChange change) {
      boolean leadsElsewhere =
          change.content() == PathChange.Content.SYMLINK
              || change.content() == PathChange.Content.SUBMODULE;
      return (paths.match(change.path())
              || paths.holdBackInShort(change.path())
              || (leadsElsewhere && paths.holdBackBelow(change.path())))
          && switch (row.condition()) {
            case BINARY -> change.content() == PathChange.Content.BINARY;
            case LINK -> leadsElsewhere;
            case ALWAYS, SECRET, UNSIGNED -> true;
          };
    }

    boolean matchesWithoutPath() {
      return paths.has(ANY)
          && switch (row.condition()) {
            case BINARY, LINK -> false;
            case ALWAYS, SECRET, UNSIGNED -> true;
          };
    }
  }

  private final List<Rule> rules;

  GitRules(Workbook workbook) {
    rules = workbook.git().stream().map(row -> Rule.of(row, workbook)).toList();
  }

  void judge(Subject subject, Resource resource, RefUpdate update, Judgement judgement) {
    int parts = Math.max(1, update.paths().size());
    BitSet allowed = new BitSet(parts);
    for (Rule rule : rules) {
      if (rule.isAbout(subject, resource, update)) {
        BitSet matched = matched(rule, update);
        if (!matched.isEmpty()
            && judgement.add(rule.row(), rule.row().ruling(), inWords(update, matched))) {
          allowed.or(matched);
        }
      }
    }
    allowed.flip(0, parts);
    if (!allowed.isEmpty()) {
      String what = inWords(update, allowed);
      judgement.unmatched(what, what, subject.groups());
    }
  }

  private static BitSet matched(Rule rule, RefUpdate update) {
    BitSet matched = new BitSet(update.paths().size());
    if (update.paths().isEmpty()) {
      matched.set(0, rule.matchesWithoutPath());
    }
    for (int i = 0; i < update.paths().size(); i++) {
      matched.set(i, rule.matches(update.paths().get(i)));
    }
    return matched;
  }

  /** The change, and the first of the paths it is about. */
  private static String inWords(RefUpdate update, BitSet parts) {
    if (update.paths().isEmpty()) {
      return update.toString();
    }
    int others = parts.cardinality() - 1;
    return update
        + " "
        + update.paths().get(parts.nextSetBit(0)).path()
        + (others == 0 ? "" : " and " + others + " more");
  }
}
