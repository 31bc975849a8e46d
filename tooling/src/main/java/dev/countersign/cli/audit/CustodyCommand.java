package dev.countersign.cli.audit;

import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.evidence.Custody;
import dev.countersign.audit.replay.EventLine;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells who looked at the record. */
@Command(
    name = "custody",
    description = "Who searched, replayed and exported the record, and when.",
    mixinStandardHelpOptions = true)
final class CustodyCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Override
  public Integer call() {
    Table table = new Table("TIME", "JOURNAL", "NO", "WHAT");
    for (Custody.Looked looked : Custody.of(source.opened(spec.commandLine().getErr()))) {
      RecordedEvent recorded = looked.recorded();
      table.row(
          recorded.time(),
          looked.place(),
          recorded.sequence(),
          EventLine.of(recorded.event(), 300));
    }
    spec.commandLine().getOut().print(table.orNothing());
    return ExitCode.OK;
  }
}
