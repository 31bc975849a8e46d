package dev.countersign.cli.gateway;

import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gateway until it is told to stop. */
@Command(
    name = "serve",
    description = "Run the gateway until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true)
public final class ServeCommand implements java.util.concurrent.Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "countersign.yaml",
      description = "The configuration; ${DEFAULT-VALUE} if none is given.")
  private Path file = Path.of("countersign.yaml");

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = ConfigurationFile.open(file);
    try (Parts parts = Parts.untilShutdown()) {
      Gateway.start(configuration, parts);
      new CountDownLatch(1).await();
      return ExitCode.OK;
    }
  }
}
