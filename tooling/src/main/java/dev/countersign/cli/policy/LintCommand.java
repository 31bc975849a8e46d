package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.analysis.Analysis;
import dev.countersign.rules.analysis.Finding;
import dev.countersign.rules.analysis.Past;
import dev.countersign.rules.analysis.Surroundings;
import dev.countersign.rules.analysis.Witness;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.AnnotatedCopy;
import dev.countersign.rules.workbook.Faults;
import dev.countersign.rules.workbook.Remark;
import dev.countersign.rules.workbook.Workbook;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy lint}. */
@Command(
    name = "lint",
    description =
        "Name every fault of a workbook by sheet and cell; if there is none, what its rows do that"
            + " their owner may not have meant.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Nothing, or notes only.", "1:A fault or a warning."})
final class LintCommand implements Callable<Integer> {

  private static final int MOST_EXAMPLES = 3;

  @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  @Mixin private final Recording recording = new Recording();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "30d",
      converter = Since.class,
      description =
          "With --config or --journal: name rows that no command matched for so long; 7d, 12h."
              + " ${DEFAULT-VALUE} if none is given.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Instant since;

  @Option(
      names = "--write-copy",
      paramLabel = "XLSX",
      description =
          "Write a copy with everything as comments of cells and on a sheet Findings. The original"
              + " is only read.")
  private @Nullable Path copy;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What {@code --json} prints. */
  private record Report(List<Found> faults, List<Found> findings) {}

  private record Found(
      String level, String kind, String where, String id, String words, List<Witness> witnesses) {}

  @Override
  public Integer call() throws IOException {
    return switch (Draft.read(workbook)) {
      case Faults faults -> tell(faults);
      case Workbook sound -> tell(sound);
    };
  }

  private int tell(Faults faults) throws IOException {
    writeCopy(faults.list().stream().map(Remark::of).toList());
    if (json) {
      Json.print(
          new Report(
              faults.list().stream()
                  .map(
                      fault ->
                          new Found(
                              "fault", "FAULT", fault.where(), "", fault.toString(), List.of()))
                  .toList(),
              List.of()),
          out());
      return ExitCode.FAILED;
    }
    faults.lines().forEach(line -> out().println("fault    " + VisibleText.line(line)));
    out().println();
    out().println(workbook + ": " + count(faults.list().size(), "fault"));
    return ExitCode.FAILED;
  }

  private int tell(Workbook sound) throws IOException {
    Optional<Past> past =
        recording.isGiven() ? Optional.of(recording.past(since)) : Optional.empty();
    List<Finding> findings =
        Analysis.of(
            new WorkbookPolicy(sound),
            new Surroundings(LocalDate.now(ZoneOffset.UTC), recording.resources(), past));
    writeCopy(findings.stream().map(LintCommand::remark).toList());
    long warnings =
        findings.stream().filter(each -> each.severity() == Finding.Severity.WARNING).count();
    if (json) {
      Json.print(new Report(List.of(), findings.stream().map(LintCommand::found).toList()), out());
    } else {
      findings.forEach(this::print);
      out()
          .println(
              "%s: %s, %s"
                  .formatted(
                      workbook,
                      count(warnings, "warning"),
                      count(findings.size() - warnings, "note")));
    }
    return warnings > 0 ? ExitCode.FAILED : ExitCode.OK;
  }

  private void print(Finding finding) {
    out()
        .println(
            "%-8s %s: %s"
                .formatted(level(finding), finding.where(), VisibleText.line(finding.words())));
    finding.witnesses().stream()
        .limit(MOST_EXAMPLES)
        .forEach(witness -> out().println("         e.g. " + VisibleText.line(witness.toString())));
    out().println();
  }

  private void writeCopy(List<Remark> remarks) throws IOException {
    if (copy == null) {
      return;
    }
    if (Files.exists(copy) && Files.isSameFile(copy, workbook)) {
      throw new CommandFailure(ExitCode.USAGE, "the copy would overwrite " + workbook);
    }
    List<String> obstacles = AnnotatedCopy.write(workbook, copy, remarks);
    if (!obstacles.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("no copy was written: " + VisibleText.line(String.join("; ", obstacles)));
    }
  }

  private static Remark remark(Finding finding) {
    return new Remark(
        finding.severity() == Finding.Severity.WARNING ? Remark.Level.WARNING : Remark.Level.NOTE,
        finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        finding.sheet(),
        finding.row(),
        finding.column(),
        finding.rule(),
        finding.words(),
        finding.witnesses().stream()
            .limit(MOST_EXAMPLES)
            .map(Witness::toString)
            .reduce((first, next) -> first + "\n" + next)
            .orElse(""));
  }

  private static Found found(Finding finding) {
    return new Found(
        level(finding),
        finding.kind().name(),
        finding.where(),
        finding.rule(),
        finding.words(),
        finding.witnesses());
  }

  private static String level(Finding finding) {
    return finding.severity().name().toLowerCase(Locale.ROOT);
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
