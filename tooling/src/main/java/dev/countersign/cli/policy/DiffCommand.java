package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.analysis.Change;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.analysis.RowChange;
import dev.countersign.rules.analysis.Samples;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy diff}. */
@CommandLine.Command(
    name = "diff",
    description =
        "Compare two workbooks cell by cell, and by what they make of commands: those of a file,"
            + " recorded ones, or samples made of the rows of both.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:They are alike.", "1:They differ, or one has a fault."})
final class DiffCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "OLD", description = "The older workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path older;

  @Parameters(index = "1", paramLabel = "NEW", description = "The newer workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path newer;

  @Option(
      names = "--commands",
      paramLabel = "FILE",
      description =
          "Commands, one a line: groups, resource, environment and text, with tabs between them.")
  private @Nullable Path commands;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Since.class,
      description = "Recorded commands, as far back as that: 7d, 12h, 30m.")
  private @Nullable Instant since;

  @Mixin private final Recording recording = new Recording();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What {@code --json} prints. */
  private record Report(
      String before,
      String after,
      List<RowChange> rows,
      String asked,
      long changed,
      List<Changes.Group> changes) {}

  /** Commands, and what they are for people. */
  private record Asked(List<Command> commands, String words) {}

  @Override
  public Integer call() throws IOException {
    if (commands != null && since != null) {
      throw new CommandFailure(ExitCode.USAGE, "give --commands or --since, not both");
    }
    WorkbookPolicy before = Draft.open(older);
    WorkbookPolicy after = Draft.open(newer);
    List<RowChange> rows = RowChange.between(before.workbook(), after.workbook());
    Asked asked = asked(before, after);
    Changes changes = new Changes();
    for (Command command : asked.commands()) {
      Change.between(before, after, command).ifPresent(changes::add);
    }
    if (json) {
      Json.print(
          new Report(
              before.id(), after.id(), rows, asked.words(), changes.count(), changes.groups()),
          out());
    } else {
      tell(rows, asked, changes);
    }
    return rows.isEmpty() && changes.count() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private Asked asked(WorkbookPolicy before, WorkbookPolicy after) throws IOException {
    if (commands != null) {
      List<Command> read = CommandsFile.read(commands);
      return new Asked(read, "%d commands of %s".formatted(read.size(), commands));
    }
    if (since == null) {
      List<Command> samples = Samples.of(List.of(before.workbook(), after.workbook()));
      return new Asked(samples, "%d samples made of the rows of both".formatted(samples.size()));
    }
    List<Command> recorded = new ArrayList<>();
    boolean complete =
        recording.commands(
            since,
            found -> {
              if (Replayed.of(found) instanceof Replayed.Judged judged) {
                recorded.add(judged.command());
              }
            });
    String limits = complete ? "" : recording.leftOut().map(" (%s)"::formatted).orElse("");
    return new Asked(recorded, "%d recorded commands%s".formatted(recorded.size(), limits));
  }

  private void tell(List<RowChange> rows, Asked asked, Changes changes) {
    if (rows.isEmpty()) {
      out().println("No cell differs.");
    }
    for (RowChange row : rows) {
      print(
          switch (row.kind()) {
                case ADDED -> "added    ";
                case REMOVED -> "removed  ";
                case CHANGED -> "changed  ";
              }
              + row.sheet()
              + (row.row() > 0 ? " row " + row.row() : "")
              + ": "
              + row.id());
      row.cells()
          .forEach((column, edit) -> print("           " + column + ": " + words(row, edit)));
    }
    out().println();
    if (changes.count() == 0) {
      out().println("Of %s none changes.".formatted(asked.words()));
    } else {
      out()
          .println(
              "Of %s %d change: %s".formatted(asked.words(), changes.count(), changes.summary()));
      out().println();
      out().print(changes.table());
    }
  }

  private static String words(RowChange row, RowChange.Edit edit) {
    return switch (row.kind()) {
      case ADDED -> edit.after();
      case REMOVED -> edit.before();
      case CHANGED -> orEmpty(edit.before()) + " → " + orEmpty(edit.after());
    };
  }

  private static String orEmpty(String text) {
    return text.isEmpty() ? "(empty)" : text;
  }

  private void print(String line) {
    out().println(VisibleText.line(line));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
