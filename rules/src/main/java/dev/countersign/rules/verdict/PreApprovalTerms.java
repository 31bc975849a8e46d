package dev.countersign.rules.verdict;

import java.time.Duration;

/**
 * That a command may be approved before it is sent, for a while.
 *
 * @param longest for how long at most
 * @param anyValues whether the literals and parameters of a statement may be others each time
 */
public record PreApprovalTerms(Duration longest, boolean anyValues) {

  public PreApprovalTerms {
    if (!longest.isPositive()) {
      throw new IllegalArgumentException("a pre-approval needs time: " + longest);
    }
  }

  /** What both allow. */
  PreApprovalTerms and(PreApprovalTerms other) {
    return new PreApprovalTerms(
        longest.compareTo(other.longest) < 0 ? longest : other.longest,
        anyValues && other.anyValues);
  }
}
