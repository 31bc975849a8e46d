package dev.countersign.cli.audit;

import dev.countersign.audit.journal.KeyRotation;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.gateway.SigningKeys;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit rotate-key}: a new key for checkpoints. */
@Command(
    name = "rotate-key",
    description = {
      "Make a new key for checkpoints; the old one signs for it and is deleted.",
      "Stop the gateway first. Whoever has the old public key can verify what the new one signs."
    },
    mixinStandardHelpOptions = true)
final class RotateKeyCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The gateway's configuration.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path config;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = ConfigurationFile.open(config);
    try {
      String id =
          KeyRotation.rotate(
              configuration.journalDirectory(),
              SigningKeys.file(configuration),
              SigningKeys.algorithm(configuration));
      spec.commandLine()
          .getOut()
          .println("checkpoints are signed by the key " + id + " from now on");
      return ExitCode.OK;
    } catch (NoSuchFileException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "%s: %s".formatted(e.getFile(), e.getReason()), e);
    }
  }
}
