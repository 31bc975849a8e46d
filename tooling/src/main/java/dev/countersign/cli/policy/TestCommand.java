package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.gateway.ExampleParser;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.policy.WorkbookTests;
import dev.countersign.rules.workbook.TestRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy test}. */
@Command(
    name = "test",
    description = "Put the examples of the sheet Tests to the workbook they stand in.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:All came out as expected.", "1:One did not, or the workbook has a fault."})
final class TestCommand implements Callable<Integer> {

  private static final int TEXT_WIDTH = 70;

  @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  @Option(
      names = "--report",
      paramLabel = "XML",
      description = "Write the results as JUnit XML, for a build server.")
  private @Nullable Path report;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What {@code --json} prints. */
  private record Report(String policy, int passed, int failed, List<WorkbookTests.Result> tests) {}

  @Override
  public Integer call() throws IOException {
    WorkbookPolicy policy = Draft.open(workbook);
    List<WorkbookTests.Result> results;
    try (SqlClassifier classifier = new SqlClassifier()) {
      results = WorkbookTests.run(policy.workbook().tests(), policy, new ExampleParser(classifier));
    }
    if (report != null) {
      JunitReport.write(String.valueOf(workbook.getFileName()), results, report);
    }
    int failed = (int) results.stream().filter(result -> !result.passed()).count();
    int passed = results.size() - failed;
    if (json) {
      Json.print(new Report(policy.id(), passed, failed, results), out());
    } else {
      results.forEach(this::print);
      out().println();
      out()
          .println(
              "%s: %d tests, %d passed, %d failed"
                  .formatted(workbook, results.size(), passed, failed));
    }
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private void print(WorkbookTests.Result result) {
    TestRow test = result.test();
    out()
        .println(
            "%s %s  %s  %s  %s"
                .formatted(
                    result.passed() ? "ok    " : "FAILED",
                    test.id(),
                    String.join(", ", test.groups()) + " on " + test.resource(),
                    VisibleText.excerpt(test.command(), TEXT_WIDTH),
                    words(result.actual().name(), result.rule())));
    if (!result.passed()) {
      out()
          .println(
              "       Tests row %d expects %s"
                  .formatted(test.number(), words(test.verdict().name(), test.rule())));
    }
  }

  private static String words(String verdict, String rule) {
    String word = verdict.toLowerCase(Locale.ROOT);
    return rule.isEmpty() ? word : word + " by " + rule;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
