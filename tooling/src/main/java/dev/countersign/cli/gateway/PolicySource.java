package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.http.PolicyApi;
import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.PolicyFollowing;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.store.Database;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyListener;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.WorkbookFile;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force, kept up with what decides on it, its changes in the journal.
 *
 * @param policy what is in force
 * @param api what the API answers about versions, if they decide
 */
record PolicySource(Policy policy, Optional<PolicyApi> api) {

  private static final Logger log = LoggerFactory.getLogger(PolicySource.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Puts a policy in force; a gateway does not start without a good one. */
  static PolicySource open(
      Configuration.PolicySource configuration,
      Database database,
      SqlClassifier classifier,
      Journal journal,
      Parts parts)
      throws IOException {
    Path workbook = configuration.workbook();
    ExampleParser parser = new ExampleParser(classifier);
    Chronicle chronicle = new Chronicle(journal);
    try {
      return switch (configuration.source()) {
        case FILE ->
            ofFile(new WorkbookFile(workbook, parser), workbook.toString(), chronicle, parts);
        case VERSIONS -> {
          PolicyVersions versions = new PolicyVersions(database, parser, configuration.officers());
          if (versions.current().isEmpty()) {
            versions.bootstrap(Files.readAllBytes(workbook));
          }
          PolicyFollowing following = parts.add("policy versions", versions.follow(chronicle));
          yield new PolicySource(
              following.policy(),
              Optional.of(new PolicyApi(versions, parser, configuration.auditors())));
        }
      };
    } catch (PolicyRefusedException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, workbook + " is refused:\n" + String.join("\n", e.faults()), e);
    }
  }

  private static PolicySource ofFile(
      WorkbookFile file, String name, Chronicle chronicle, Parts parts)
      throws PolicyRefusedException {
    WorkbookPolicy first = file.load();
    Policy policy = new Policy(first);
    PolicyListener listener = chronicle.of(name);
    listener.activated(first, first.workbook().rules().size());
    parts.add("workbook watch", file.watch(policy, LOOK, listener));
    return new PolicySource(policy, Optional.empty());
  }

  /** Has the journal and the log say what became of the policy. */
  private record Chronicle(Journal journal) implements PolicyVersions.Listener {

    PolicyListener of(String source) {
      return new PolicyListener() {
        @Override
        public void activated(PolicyVersion version, int rows) {
          Chronicle.this.activated(source, version, rows);
        }

        @Override
        public void refused(List<String> faults) {
          Chronicle.this.refused(source, faults);
        }
      };
    }

    @Override
    public void activated(WorkbookPolicy version, Activation activation) {
      int rows = version.workbook().rules().size();
      activated(inWords(activation), version, rows);
    }

    @Override
    public void refused(Activation activation, List<String> faults) {
      refused(inWords(activation), faults);
    }

    private static String inWords(Activation activation) {
      return "activation %d by %s of %s: %s"
          .formatted(
              activation.number(),
              activation.by().name(),
              activation.by().issuer(),
              activation.reason());
    }

    private void activated(String source, PolicyVersion version, int rows) {
      journal.append(new Event.PolicyActivated(version.id(), source, rows));
      log.atInfo()
          .addKeyValue("policy", version.id())
          .addKeyValue("rows", rows)
          .log("policy is in force");
    }

    private void refused(String source, List<String> faults) {
      journal.append(new Event.PolicyRefused(source, faults));
      log.atWarn()
          .addKeyValue("source", source)
          .addKeyValue("faults", String.join("; ", faults))
          .log("changed policy is refused; the one before stays in force");
    }
  }
}
