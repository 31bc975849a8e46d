package dev.countersign.cli.connect;

import static dev.countersign.cli.api.ApiClient.encoded;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.configuration.PlainData;
import dev.countersign.cli.gateway.ResourceTest;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is behind the gateway. */
@Command(
    name = "resources",
    description = "What can be asked for through the gateway.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ResourcesCommand.ListCommand.class,
      ResourcesCommand.AddCommand.class,
      ResourcesCommand.RemoveCommand.class,
      ResourcesCommand.TestCommand.class
    })
public final class ResourcesCommand implements Runnable {

  private static final String PATH = "/api/v1/resources/";
  private static final int MAX_SPEC = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Declares one. */
  @Command(
      name = "add",
      description = {
        "Declare a resource, or replace what was declared; every gateway takes it within seconds.",
        "For operators. FILE says in YAML or JSON what the configuration has under resources,",
        "without the name; - reads it from standard input. Open sessions keep what they have."
      },
      mixinStandardHelpOptions = true)
  static final class AddCommand implements Callable<Integer> {

    @Mixin private Access access = new Access();

    @Parameters(index = "0", paramLabel = "NAME", description = "What it is to be called.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "What it is.")
    private String file = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      String text =
          file.equals("-")
              ? new String(System.in.readNBytes(MAX_SPEC), UTF_8)
              : Files.readString(Path.of(file));
      JsonNode answer =
          access
              .client()
              .put(PATH + encoded(name), PlainData.json(text, file).toString().getBytes(UTF_8));
      spec.commandLine()
          .getOut()
          .println(answer.path("name").asText() + " is at " + answer.path("address").asText());
      return ExitCode.OK;
    }
  }

  /** Takes one away. */
  @Command(
      name = "remove",
      description = "Take a declared resource away: nobody comes in any more; open sessions go on.",
      mixinStandardHelpOptions = true)
  static final class RemoveCommand implements Callable<Integer> {

    @Mixin private Access access = new Access();

    @Parameters(paramLabel = "NAME", description = "Which.")
    private String name = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
      access.client().delete(PATH + encoded(name));
      spec.commandLine().getOut().println(name + " is gone");
      return ExitCode.OK;
    }
  }

  /** Tries them. */
  @Command(
      name = "test",
      description = {
        "Whether the gateway gets in to what is behind it: address, certificate, password.",
        "For operators. Asks the gateway; with --config tries by itself what a file says, where"
            + " the",
        "gateway's secrets are."
      },
      mixinStandardHelpOptions = true)
  static final class TestCommand implements Callable<Integer> {

    @Mixin private Access access = new Access();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which; all if none is named.")
    private List<String> names = List.of();

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "Try what this configuration says, from here, without a gateway.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
      List<ResourceTest> results =
          (file == null ? asked() : ResourceTest.all(ConfigurationFile.open(file)))
              .stream()
                  .filter(result -> names.isEmpty() || names.contains(result.resource()))
                  .toList();
      Table table = new Table("NAME", "STATE", "WHAT IT SAYS");
      results.forEach(
          result -> table.row(result.resource(), result.good() ? "ok" : "FAILS", result.text()));
      spec.commandLine().getOut().print(table);
      return !results.isEmpty() && results.stream().allMatch(ResourceTest::good)
          ? ExitCode.OK
          : ExitCode.FAILED;
    }

    private List<ResourceTest> asked() {
      ApiClient api = access.client();
      if (names.isEmpty()) {
        return StreamSupport.stream(
                api.get("/api/v1/health").path("resources").spliterator(), false)
            .map(TestCommand::result)
            .toList();
      }
      return names.stream().map(name -> result(api.get(PATH + encoded(name) + "/health"))).toList();
    }

    private static ResourceTest result(JsonNode answer) {
      return new ResourceTest(
          answer.path("name").asText(),
          answer.path("good").asBoolean(),
          answer.path("text").asText());
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
