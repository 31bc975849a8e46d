package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.terminal.Table;
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
    subcommands = {ResourcesCommand.ListCommand.class})
public final class ResourcesCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
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
      JsonNode answer = access.client().get("/api/v1/resources");
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
