package dev.countersign.decision.console;

import dev.countersign.decision.http.PolicyApi;
import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.rules.pack.PackedPolicy;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.util.Optional;

/**
 * The rows in force. They are read where they decide; only what is in force and made of no rows is
 * looked for among the versions.
 */
final class RowsInForce {

  private final PolicyParts policy;

  RowsInForce(PolicyParts policy) {
    this.policy = policy;
  }

  /** What names the policy in force, packs included. */
  String id() {
    return policy.current().current().id();
  }

  /** None if what is in force is not made of a workbook. */
  Optional<WorkbookPolicy> current() {
    PolicyVersion version = policy.current().current();
    PolicyVersion rows = version instanceof PackedPolicy packed ? packed.policy() : version;
    return rows instanceof WorkbookPolicy workbook ? Optional.of(workbook) : stored();
  }

  private Optional<WorkbookPolicy> stored() {
    Optional<PolicyVersions> versions = policy.versions().map(PolicyApi::versions);
    return versions
        .flatMap(PolicyVersions::current)
        .map(Activation::version)
        .flatMap(id -> versions.flatMap(known -> load(known, id)));
  }

  private static Optional<WorkbookPolicy> load(PolicyVersions versions, String id) {
    try {
      return Optional.of(versions.load(id));
    } catch (PolicyRefusedException e) {
      return Optional.empty();
    }
  }
}
