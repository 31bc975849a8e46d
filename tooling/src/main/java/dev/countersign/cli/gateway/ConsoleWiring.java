package dev.countersign.cli.gateway;

import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.Indexer;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.console.Console;
import dev.countersign.decision.console.ConsoleParts;
import dev.countersign.decision.console.PolicyParts;
import dev.countersign.decision.console.Readers;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.signin.BrowserSessions;
import dev.countersign.decision.signin.SessionTimes;
import dev.countersign.decision.store.Database;
import java.util.Optional;

/** Puts the console together out of the gateway's parts. */
final class ConsoleWiring {

  private ConsoleWiring() {}

  static Console console(
      Configuration configuration,
      Database database,
      TokenVerifier verifier,
      StoredApprovals approvals,
      AccessApi access,
      ResourcesApi resources,
      PolicyParts policy,
      AddressLimits strangers,
      SegmentedJournal journal,
      StoredJournal recorded,
      Optional<Indexer> indexer,
      Optional<RecentRecord> recent,
      Parts parts) {
    StepUp stepUp = Translation.stepUp(configuration.identity());
    BrowserSessions sessions =
        new BrowserSessions(
            database,
            verifier,
            stepUp,
            SessionTimes.DEFAULT,
            configuration.api().publicUrl(),
            Translation.registrations(configuration.identity()));
    return new Console(
        new ConsoleParts(
            configuration.api().publicUrl(),
            sessions,
            strangers,
            stepUp,
            approvals,
            access,
            resources,
            journal,
            parts.add("record", new RecordedSessions(search(configuration, recorded), recent)),
            new Readers(configuration.policy().auditors(), configuration.policy().officers()),
            policy,
            evidence(configuration, recorded),
            RecordHealth.of(configuration, journal, indexer)));
  }

  private static EvidenceDesk evidence(Configuration configuration, StoredJournal recorded) {
    return new EvidenceDesk(
        recorded,
        configuration.state().directory().resolve("evidence.key"),
        configuration.journal().anchors().directory().stream().toList());
  }

  private static AuditSearch search(Configuration configuration, StoredJournal recorded) {
    return configuration
        .elasticsearch()
        .map(section -> AuditSearch.in(SearchIndexing.cluster(section)))
        .orElseGet(() -> AuditSearch.in(recorded.skippingSealed()));
  }
}
