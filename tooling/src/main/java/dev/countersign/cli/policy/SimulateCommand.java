package dev.countersign.cli.policy;

import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.analysis.Change;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy simulate}. */
@Command(
    name = "simulate",
    description =
        "Put the commands that were recorded to another workbook and say what would have come out"
            + " otherwise.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Nothing would change.", "1:Something would, or the workbook has a fault."})
final class SimulateCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "7d",
      converter = Since.class,
      description = "How far to go back: 7d, 12h, 30m. ${DEFAULT-VALUE} if none is given.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Instant since;

  @Mixin private final Recording recording = new Recording();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What {@code --json} prints. */
  private record Report(
      String policy,
      String since,
      long commands,
      long gatewayRefused,
      long unreadable,
      boolean complete,
      long changed,
      List<Changes.Group> changes) {}

  private long commands;
  private long gatewayRefused;
  private long unreadable;
  private final Changes changes = new Changes();

  @Override
  public Integer call() throws IOException {
    WorkbookPolicy policy = Draft.open(workbook);
    boolean complete = recording.commands(since, found -> replay(found, policy));
    if (json) {
      Json.print(
          new Report(
              policy.id(),
              since.toString(),
              commands,
              gatewayRefused,
              unreadable,
              complete,
              changes.count(),
              changes.groups()),
          out());
    } else {
      tell(complete);
    }
    return changes.count() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private void replay(FoundCommand found, WorkbookPolicy policy) {
    commands++;
    switch (Replayed.of(found)) {
      case Replayed.Judged judged ->
          Change.since(judged.recorded(), judged.floor(), policy, judged.command())
              .ifPresent(changes::add);
      case Replayed.RefusedByGateway refused -> gatewayRefused++;
      case Replayed.Unreadable unknown -> unreadable++;
    }
  }

  private void tell(boolean complete) {
    PrintWriter out = out();
    out.println("%d commands since %s".formatted(commands, since.truncatedTo(ChronoUnit.SECONDS)));
    if (!complete) {
      recording.leftOut().ifPresent(out::println);
    }
    if (gatewayRefused > 0) {
      out.println(
          "%d were refused by the gateway itself, which no workbook changes"
              .formatted(gatewayRefused));
    }
    if (unreadable > 0) {
      out.println(
          "%d could not be replayed: who asked, or what, was not recorded".formatted(unreadable));
    }
    out.println();
    if (changes.count() == 0) {
      out.println("None would change.");
    } else {
      out.println("%d would change: %s".formatted(changes.count(), changes.summary()));
      out.println();
      out.print(changes.table());
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
