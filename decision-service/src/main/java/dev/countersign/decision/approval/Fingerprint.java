package dev.countersign.decision.approval;

import dev.countersign.decision.approval.ApprovalTable.Filing;
import dev.countersign.rules.verdict.PreApprovalTerms;
import java.util.Optional;

/**
 * What a pre-approval of a command would be bound to.
 *
 * @param anyValues whether its literals and parameters are left out
 */
record Fingerprint(String value, boolean anyValues) {

  /** Empty where the command's rows allow no pre-approval, or there is nothing to tell it by. */
  static Optional<Fingerprint> of(Filing filing) {
    Optional<PreApprovalTerms> allowed = filing.demand().preApproval();
    if (allowed.isEmpty() || filing.fingerprints().isEmpty()) {
      return Optional.empty();
    }
    Fingerprints known = filing.fingerprints().get();
    return allowed.get().anyValues() && known.anyValues().isPresent()
        ? known.anyValues().map(value -> new Fingerprint(value, true))
        : Optional.of(new Fingerprint(known.same(), false));
  }
}
