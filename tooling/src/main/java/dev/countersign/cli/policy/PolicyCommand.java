package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.DemoPolicy;
import dev.countersign.cli.gateway.ExampleParser;
import dev.countersign.cli.terminal.Table;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookFile;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands of a policy's owner. */
@Command(
    name = "policy",
    description = "Look at a workbook before it is put in force.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class PolicyCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "check",
      description =
          "Name every fault of a workbook by sheet and cell; if there is none, run its tests.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.") Path workbook) {
    PrintWriter out = spec.commandLine().getOut();
    try (SqlClassifier classifier = new SqlClassifier()) {
      WorkbookPolicy policy = new WorkbookFile(workbook, new ExampleParser(classifier)).load();
      out.print(
          new Table("POLICY", "SQL ROWS", "MASKING ROWS", "TESTS")
              .row(
                  policy.id(),
                  policy.workbook().sql().size(),
                  policy.workbook().masking().size(),
                  policy.workbook().tests().size() + " passed"));
      out.flush();
      return ExitCode.OK;
    } catch (PolicyRefusedException e) {
      e.faults().forEach(fault -> spec.commandLine().getErr().println(VisibleText.line(fault)));
      return ExitCode.FAILED;
    }
  }

  @Command(
      name = "new",
      description = "Write the demo's workbook, as something to begin with.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(index = "0", paramLabel = "XLSX", description = "A file that does not exist yet.")
          Path workbook)
      throws IOException {
    if (Files.exists(workbook)) {
      throw new CommandFailure(ExitCode.USAGE, workbook + " exists; it is not written over");
    }
    DemoPolicy.write(workbook);
    spec.commandLine().getOut().println("wrote " + workbook);
    return ExitCode.OK;
  }
}
