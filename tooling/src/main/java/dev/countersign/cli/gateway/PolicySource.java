package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyListener;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.WorkbookFile;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the workbook in force, follows its changes, and has the journal say so. */
final class PolicySource implements PolicyListener {

  private static final Logger log = LoggerFactory.getLogger(PolicySource.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final String source;
  private final Journal journal;

  private PolicySource(String source, Journal journal) {
    this.source = source;
    this.journal = journal;
  }

  /** Loads the workbook; a gateway does not start without a good one. */
  static Policy open(Path workbook, SqlClassifier classifier, Journal journal, Parts parts) {
    WorkbookFile file = new WorkbookFile(workbook, new ExampleParser(classifier));
    try {
      WorkbookPolicy first = file.load();
      Policy policy = new Policy(first);
      PolicySource listener = new PolicySource(workbook.toString(), journal);
      listener.activated(first, first.workbook().sql().size() + first.workbook().masking().size());
      parts.add("workbook watch", file.watch(policy, LOOK, listener));
      return policy;
    } catch (PolicyRefusedException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, workbook + " is refused:\n" + String.join("\n", e.faults()), e);
    }
  }

  @Override
  public void activated(PolicyVersion version, int rows) {
    journal.append(new Event.PolicyActivated(version.id(), source, rows));
    log.atInfo()
        .addKeyValue("policy", version.id())
        .addKeyValue("rows", rows)
        .log("policy is in force");
  }

  @Override
  public void refused(List<String> faults) {
    journal.append(new Event.PolicyRefused(source, faults));
    log.atWarn()
        .addKeyValue("source", source)
        .addKeyValue("faults", faults.size())
        .log("changed policy is refused; the one before stays in force");
  }
}
