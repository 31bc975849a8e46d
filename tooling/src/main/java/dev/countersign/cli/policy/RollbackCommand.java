package dev.countersign.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign policy rollback}. */
@Command(
    name = "rollback",
    description = "Put the version in force again that the present one replaced.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:It is in force.", "3:There is none before this one.", "4:Refused."})
final class RollbackCommand implements Callable<Integer> {

  @Option(
      names = {"-m", "--reason"},
      required = true,
      paramLabel = "TEXT",
      description = "Why, for the record.")
  private String reason = "";

  @Mixin private final Access access = new Access();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    VersionsClient versions = new VersionsClient(access.client());
    JsonNode newest = versions.history().path(0);
    JsonNode before = newest.path("replaced");
    if (!before.isTextual()) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "nothing was in force before this version");
    }
    JsonNode activation =
        versions.activate(before.asText(), newest.path("version").asText(), "rollback: " + reason);
    Activations.print(activation, json, spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
