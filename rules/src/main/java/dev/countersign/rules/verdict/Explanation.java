package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;

/**
 * Why a decision is as it is.
 *
 * @param policyVersion the content address of the policy that was asked
 * @param rows every row that matched, strictest first; never empty
 */
public record Explanation(String policyVersion, List<MatchedRow> rows) {

  public Explanation {
    requireNonNull(policyVersion, "policyVersion");
    rows = rows.stream().sorted(Comparator.comparing(MatchedRow::verdict).reversed()).toList();
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a decision has a reason");
    }
  }

  /** The row that decided: the first of the strictest. */
  public MatchedRow deciding() {
    return rows.getFirst();
  }
}
