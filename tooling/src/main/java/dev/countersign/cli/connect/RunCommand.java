package dev.countersign.cli.connect;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a client with a session credential in its environment. */
@Command(
    name = "run",
    description = {
      "Run a client with a session credential in its environment, and nowhere else.",
      "countersign run --resource orders -- psql"
    },
    mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

  @Mixin private Access access = new Access();

  @Option(
      names = "--resource",
      required = true,
      paramLabel = "RESOURCE",
      description = "What to get to; see: resources list.")
  private String resource = "";

  @Option(names = "--for", paramLabel = "TIME", description = "How long; see connect.")
  private @Nullable String ttl;

  /** For the launcher, which becomes the client itself: no Java stays behind it. */
  @Option(names = "--exports", hidden = true)
  private boolean exports;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The client, after --.")
  private List<String> command = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (command.isEmpty() && !exports) {
      throw new CommandFailure(ExitCode.USAGE, "what is to be run? … -- psql");
    }
    Minted minted = Minting.fresh(access, resource, Minting.lifetime(ttl));
    Map<String, String> environment = Connection.of(minted, access).environment();
    if (exports) {
      spec.commandLine().getOut().println(Shell.exports(environment));
      return ExitCode.OK;
    }
    return run(command, environment);
  }

  private static int run(List<String> command, Map<String, String> environment) {
    ProcessBuilder client = new ProcessBuilder(command).inheritIO();
    client.environment().putAll(environment);
    try {
      return client.start().waitFor();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, command.getFirst() + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }
}
