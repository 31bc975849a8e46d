package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.pack.PackFolder;
import dev.countersign.rules.pack.Packs;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.workbook.Template;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  /** What {@code packs --json} prints. */
  private record PackReport(int rules, List<String> faults) {}

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

  @Command(
      name = "packs",
      description =
          "Name every fault of a folder of rule packs by file and line, as a gateway would.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:A gateway takes them.", "1:It refuses them."})
  int packs(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder of *.drl files.")
          Path folder,
      @Option(names = "--json", description = "As JSON.") boolean json) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, "there is no folder " + folder);
    }
    PrintWriter out = spec.commandLine().getOut();
    try {
      Packs packs = new PackFolder(folder).load();
      if (json) {
        Json.print(new PackReport(packs.rules(), List.of()), out);
      } else {
        out.println(folder + ": rules that are sound: " + packs.rules());
      }
      return ExitCode.OK;
    } catch (PolicyRefusedException refused) {
      if (json) {
        Json.print(new PackReport(0, refused.faults()), out);
        return ExitCode.FAILED;
      }
      refused.faults().forEach(fault -> out.println("fault    " + VisibleText.line(fault)));
      return ExitCode.FAILED;
    }
  }
}
