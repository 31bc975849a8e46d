package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What comes of a command.
 *
 * @param verdict the strictest of its acts
 * @param rule the id of the row that decided
 * @param masks the ids of the rows that hide something of it
 * @param demands whom it waits for, one for each act that waits; empty where that is not known
 */
public record Outcome(
    Verdict verdict, String rule, Set<String> masks, Optional<Set<ApprovalDemand>> demands) {

  public Outcome {
    requireNonNull(verdict, "verdict");
    requireNonNull(rule, "rule");
    masks = Set.copyOf(masks);
    demands = demands.map(Set::copyOf);
  }

  /** What a policy makes of a command. */
  public static Outcome of(PolicyVersion policy, Command command) {
    List<Decision> decisions =
        command.acts().stream()
            .map(act -> policy.decide(command.subject(), command.resource(), act))
            .toList();
    List<MatchedRow> rows =
        decisions.stream().flatMap(decision -> decision.why().rows().stream()).toList();
    Set<ApprovalDemand> demands = new HashSet<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Approve approve) {
        demands.add(approve.demand());
      }
    }
    return of(rows, Optional.of(demands));
  }

  /** What was recorded of a command by the rows that matched it. */
  public static Outcome recorded(List<MatchedRow> rows) {
    return of(rows, Optional.empty());
  }

  private static Outcome of(List<MatchedRow> rows, Optional<Set<ApprovalDemand>> demands) {
    MatchedRow deciding =
        rows.stream()
            .max(Comparator.comparing(MatchedRow::verdict))
            .orElseThrow(() -> new IllegalArgumentException("a decision has a row"));
    MatchedRow first =
        rows.stream()
            .filter(row -> row.verdict() == deciding.verdict())
            .findFirst()
            .orElse(deciding);
    Set<String> masks = new TreeSet<>();
    if (first.verdict() != Verdict.BLOCK) {
      rows.stream()
          .filter(row -> row.verdict() == Verdict.MASK)
          .forEach(row -> masks.add(row.rule()));
    }
    return new Outcome(first.verdict(), first.rule(), masks, demands);
  }

  /** The stricter of both. */
  Outcome or(Outcome other) {
    return other.verdict.compareTo(verdict) > 0 ? other : this;
  }

  /**
   * How it differs from what came before, in words; nothing where people would see no difference.
   */
  Optional<String> changeFrom(Outcome before) {
    if (before.verdict != verdict) {
      return Optional.of(word(before.verdict) + " → " + word(verdict));
    }
    if (!before.masks.equals(masks)) {
      return Optional.of(word(verdict) + ", masked otherwise");
    }
    boolean otherDemand =
        before.demands.isPresent() && demands.isPresent() && !before.demands.equals(demands);
    return otherDemand ? Optional.of("approve, by others or in another time") : Optional.empty();
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }
}
