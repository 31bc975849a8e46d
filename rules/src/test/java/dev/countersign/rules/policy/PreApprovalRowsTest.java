package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.PreApprovalTerms;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left of a permission to say yes beforehand when several rows ask. */
final class PreApprovalRowsTest {

  private static ApprovalDemand demand(String group, Optional<PreApprovalTerms> allowed) {
    return new ApprovalDemand(Set.of(Set.of(group)), 1, Duration.ofHours(1), allowed);
  }

  private static Optional<PreApprovalTerms> hours(int hours, boolean anyValues) {
    return Optional.of(new PreApprovalTerms(Duration.ofHours(hours), anyValues));
  }

  @Test
  void theMostCarefulRowDecides() {
    assertThat(
            ApprovalDemand.all(List.of(demand("a", hours(8, true)), demand("b", hours(2, false))))
                .preApproval())
        .isEqualTo(hours(2, false));
    assertThat(
            ApprovalDemand.all(List.of(demand("a", hours(8, true)), demand("b", Optional.empty())))
                .preApproval())
        .isEmpty();
    assertThat(
            ApprovalDemand.all(List.of(demand("a", hours(8, true)), demand("a", hours(9, true))))
                .preApproval())
        .isEqualTo(hours(8, true));
  }
}
