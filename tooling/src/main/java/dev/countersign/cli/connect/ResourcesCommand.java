package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.gateway.ResourceTest;
import dev.countersign.cli.terminal.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is behind the gateway. */
@Command(
    name = "resources",
    description = "What can be asked for through the gateway.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ResourcesCommand.ListCommand.class, ResourcesCommand.TestCommand.class})
public final class ResourcesCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Tries them. */
  @Command(
      name = "test",
      description = {
        "Whether the gateway gets in to what is behind it: address, certificate, password.",
        "For operators, where the gateway runs, with its configuration and its secrets."
      },
      mixinStandardHelpOptions = true)
  static final class TestCommand implements Callable<Integer> {

    @Option(
        names = "--config",
        paramLabel = "FILE",
        defaultValue = "countersign.yaml",
        description = "The configuration; ${DEFAULT-VALUE} if none is given.")
    private Path file = Path.of("countersign.yaml");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
      List<ResourceTest> results = ResourceTest.all(ConfigurationFile.open(file));
      Table table = new Table("NAME", "", "");
      results.forEach(
          result -> table.row(result.resource(), result.good() ? "ok" : "FAILS", result.text()));
      spec.commandLine().getOut().print(table);
      return results.stream().allMatch(ResourceTest::good) ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  /** Lists the resources. */
  @Command(
      name = "list",
      description = "Names, kinds and labels of the resources.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {

    @Mixin private Access access = new Access();

    @Option(names = "--json", description = "Answer in JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
      JsonNode answer = access.client().list("/api/v1/resources", "resources");
      if (json) {
        spec.commandLine().getOut().println(answer.toPrettyString());
        return ExitCode.OK;
      }
      Table table = new Table("NAME", "KIND", "LABELS");
      for (JsonNode resource : answer.path("resources")) {
        List<String> labels = new ArrayList<>();
        resource
            .path("labels")
            .properties()
            .forEach(label -> labels.add(label.getKey() + "=" + label.getValue().asText()));
        table.row(
            resource.path("name").asText(),
            resource.path("kind").asText(),
            String.join(" ", labels));
      }
      spec.commandLine().getOut().print(table);
      return ExitCode.OK;
    }
  }
}
