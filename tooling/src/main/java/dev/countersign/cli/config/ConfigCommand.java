package dev.countersign.cli.config;

import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.configuration.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
    Configuration configuration = ConfigurationFile.open(file);
    spec.commandLine().getOut().println(file + " is good");
    needed(configuration)
        .forEach(
            (key, path) -> {
              if (!Files.isReadable(path)) {
                spec.commandLine()
                    .getErr()
                    .println(
                        "but here "
                            + key
                            + " cannot be read: a gateway does not start without "
                            + path);
              }
            });
    return ExitCode.OK;
  }

  /**
   * The files without which no gateway starts, by key; whoever checks may be on another machine.
   */
  private static Map<String, Path> needed(Configuration configuration) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("doors.postgres.certificate", configuration.doors().postgres().certificate());
    files.put("doors.postgres.key", configuration.doors().postgres().key());
    configuration
        .doors()
        .https()
        .ifPresent(
            https -> {
              files.put("doors.https.certificate", https.certificate());
              files.put("doors.https.key", https.key());
            });
    configuration
        .api()
        .tls()
        .ifPresent(
            tls -> {
              files.put("api.tls.certificate", tls.certificate());
              files.put("api.tls.key", tls.key());
            });
    files.put("policy.workbook", configuration.policy().workbook());
    configuration.journal().ownerKey().ifPresent(key -> files.put("journal.ownerKey", key));
    return files;
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
