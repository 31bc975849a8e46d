package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Why a decision is as it is.
 *
 * @param policyVersion the content address of the policy that was asked
 * @param rows every row that matched, strictest first; never empty
 * @param observed rows that are only observed and matched: what they would have asked for
 */
public record Explanation(String policyVersion, List<MatchedRow> rows, List<MatchedRow> observed) {

  public Explanation {
    requireNonNull(policyVersion, "policyVersion");
    rows = rows.stream().sorted(Comparator.comparing(MatchedRow::verdict).reversed()).toList();
    observed = List.copyOf(observed);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a decision has a reason");
    }
  }

  public Explanation(String policyVersion, List<MatchedRow> rows) {
    this(policyVersion, rows, List.of());
  }

  /** The same, led by one more row. */
  public Explanation ledBy(MatchedRow row) {
    return new Explanation(
        policyVersion, Stream.concat(Stream.of(row), rows.stream()).toList(), observed);
  }

  /** The row that decided: the first of the strictest. */
  public MatchedRow deciding() {
    return rows.getFirst();
  }
}
