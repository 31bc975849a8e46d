package dev.countersign.cli.policy;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.workbook.Template;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands of a policy's owner. */
@Command(
    name = "policy",
    description = "Look at a workbook, put it in force, and look back.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LintCommand.class,
      TestCommand.class,
      ExplainCommand.class,
      DiffCommand.class,
      SimulateCommand.class,
      SubmitCommand.class,
      ActivateCommand.class,
      RollbackCommand.class,
      HistoryCommand.class,
      FetchCommand.class,
    })
public final class PolicyCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "new",
      description = "Write a workbook to begin with: every sheet, with a row to be changed.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(index = "0", paramLabel = "XLSX", description = "A file that does not exist yet.")
          Path workbook)
      throws IOException {
    if (Files.exists(workbook)) {
      throw new CommandFailure(ExitCode.USAGE, workbook + " exists; it is not written over");
    }
    try {
      WorkbookWriter.write(Template.workbook(), workbook);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "there is no folder " + workbook.getParent(), e);
    }
    spec.commandLine().getOut().println("wrote " + workbook);
    return ExitCode.OK;
  }
}
