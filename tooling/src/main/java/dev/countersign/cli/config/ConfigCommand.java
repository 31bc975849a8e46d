package dev.countersign.cli.config;

import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.configuration.Reference;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands about the configuration file. */
@Command(
    name = "config",
    description = "Check a configuration file, or print the reference.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "check",
      description = "Name every fault of a configuration file, with its line.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "FILE",
              defaultValue = "countersign.yaml",
              description = "The file; ${DEFAULT-VALUE} if none is given.")
          Path file) {
    ConfigurationFile.open(file);
    spec.commandLine().getOut().println(file + " is good");
    return ExitCode.OK;
  }

  @Command(
      name = "reference",
      description = "Print what each key means, as Markdown.",
      mixinStandardHelpOptions = true)
  int reference() {
    spec.commandLine().getOut().print(Reference.markdown());
    return ExitCode.OK;
  }
}
