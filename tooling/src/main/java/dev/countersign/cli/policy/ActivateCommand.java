package dev.countersign.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy activate}. */
@Command(
    name = "activate",
    description = "Put a submitted version in force, everywhere.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It is in force.",
      "4:Refused: by your own hand, by no officer, or it is in force already."
    })
final class ActivateCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "VERSION",
      description = "Its id, or as much of it as tells it from the others.")
  private String version = "";

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
    String id = versions.whole(version);
    String current = versions.list().path("inForce").asText();
    JsonNode activation = versions.activate(id, current, reason);
    Activations.print(activation, json, spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
