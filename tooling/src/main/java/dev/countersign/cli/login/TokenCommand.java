package dev.countersign.cli.login;

import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a good token for the gateway. */
@Command(
    name = "token",
    description = {
      "Print an access token for the gateway, renewed if need be.",
      "It opens all that you may open: where one resource is enough, use connect or run."
    },
    mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {

  @Mixin private Access access = new Access();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(access.token(access.server()));
    return ExitCode.OK;
  }
}
