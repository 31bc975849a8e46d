package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.exposure.Exposures;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.session.Admission;
import dev.countersign.proxy.frontdoor.RetriedApprovals;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.Catalogs;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.Policy;

/** What every session of the door works with. */
record DoorServices(
    Policy policy,
    Approvals approvals,
    Admission admission,
    Journal journal,
    Catalogs catalogs,
    SqlClassifier classifier,
    ValueMasker masker,
    Exposures exposures,
    RetriedApprovals retries,
    PostgresDoorConfig config) {
  DoorServices {
    requireNonNull(policy, "policy");
    requireNonNull(approvals, "approvals");
    requireNonNull(admission, "admission");
    requireNonNull(journal, "journal");
    requireNonNull(catalogs, "catalogs");
    requireNonNull(classifier, "classifier");
    requireNonNull(masker, "masker");
    requireNonNull(exposures, "exposures");
    requireNonNull(retries, "retries");
    requireNonNull(config, "config");
  }
}
