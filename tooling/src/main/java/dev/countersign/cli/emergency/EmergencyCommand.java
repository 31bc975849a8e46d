package dev.countersign.cli.emergency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.grants.TimeSpan;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Break-glass: two people open an emergency, a third reviews it. */
@Command(
    name = "emergency",
    description = "Break glass, two people together, and review afterwards what was done.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class EmergencyCommand {

  private static final String PATH = "/api/v1/emergencies";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "propose",
      description = "Ask a second person to open an emergency; it lapses in 15 minutes.",
      mixinStandardHelpOptions = true)
  int propose(
      @Mixin Access access,
      @Option(
              names = "--resource",
              paramLabel = "NAME",
              required = true,
              description = "On what; as often as needed.")
          List<String> resources,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              required = true,
              converter = TimeSpan.class,
              description = "How long, from its opening on; an hour is the longest.")
          Duration window,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    JsonNode proposed =
        access
            .client()
            .post(PATH, Map.of("resources", resources, "for", window.toString(), "reason", reason));
    out()
        .printf(
            "emergency %s waits until %s for a second person: countersign emergency open %s%n",
            id(proposed), Moment.of(proposed.path("until")), id(proposed));
    return ExitCode.WAITING;
  }

  @Command(
      name = "open",
      description = "Open what another has proposed.",
      mixinStandardHelpOptions = true)
  int open(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    return step(access, id, "open", reason);
  }

  @Command(name = "close", description = "End an open one.", mixinStandardHelpOptions = true)
  int close(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    return step(access, id, "close", reason);
  }

  @Command(
      name = "review",
      description = "Say of one that is over what was done in it; not for those who opened it.",
      mixinStandardHelpOptions = true)
  int review(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(
              names = "--finding",
              paramLabel = "TEXT",
              required = true,
              description = "What was found.")
          String finding) {
    return step(access, id, "review", finding);
  }

  private int step(Access access, String id, String step, String reason) {
    JsonNode now =
        access
            .client()
            .post(PATH + "/" + ApiClient.encoded(id) + "/" + step, Map.of("reason", reason));
    out()
        .printf(
            "emergency %s is %s%s%n",
            id(now),
            now.path("state").asText(),
            now.path("state").asText().equals("open")
                ? " until " + Moment.of(now.path("until"))
                : now.path("needsReview").asBoolean() ? "; somebody else reviews it now" : "");
    return ExitCode.OK;
  }

  @Command(
      name = "list",
      description = "Open ones, those that nobody has reviewed yet, then the others.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin Access access,
      @Option(names = "--unreviewed", description = "Only those that need a review.")
          boolean unreviewed,
      @Mixin Listing listing) {
    List<JsonNode> all =
        StreamSupport.stream(access.client().get(PATH).path("emergencies").spliterator(), false)
            .filter(one -> !unreviewed || one.path("needsReview").asBoolean())
            .toList();
    listing.print(
        out(),
        JsonNodeFactory.instance.arrayNode().addAll(all),
        new Table("ID", "STATE", "UNTIL", "OPENED BY", "REVIEW", "RESOURCES", "REASON"),
        (table, one) ->
            table.row(
                id(one),
                one.path("state").asText(),
                Moment.of(one.path("until")),
                people(one),
                one.path("needsReview").asBoolean()
                    ? "needed"
                    : one.at("/review/by/name").asText(""),
                StreamSupport.stream(one.path("resources").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", ")),
                one.path("reason").asText()));
    return ExitCode.OK;
  }

  private static String people(JsonNode one) {
    String second = one.at("/opened/by/name").asText("");
    return one.at("/proposed/by/name").asText() + (second.isEmpty() ? "" : ", " + second);
  }

  private static String id(JsonNode emergency) {
    return emergency.path("id").asText();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
