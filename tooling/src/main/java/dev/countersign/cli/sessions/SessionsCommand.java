package dev.countersign.cli.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.replay.Replay;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.api.EventFeed;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands of an auditor. */
@Command(
    name = "sessions",
    description = "Look up what was recorded.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class SessionsCommand {

  private static final int TEXT_WIDTH = 80;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "list",
      description = "Sessions, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Source source, @Mixin Search search) throws IOException {
    try (AuditSearch audit = source.open(err())) {
      Table table =
          new Table("SESSION", "STARTED", "ENDED", "SUBJECT", "FOR", "RESOURCE", "COMMANDS");
      for (AuditSearch.SessionSummary session : audit.sessions(search.query())) {
        table.row(
            session.opened().session(),
            session.started(),
            session.ended().map(Object::toString).orElse("open"),
            session.opened().subject().name(),
            session.opened().subject().onBehalfOf().orElse(""),
            session.opened().resource(),
            session.verdicts());
      }
      return print(table);
    }
  }

  @Command(
      name = "live",
      description = "Sessions that are open now, as the gateway knows them.",
      mixinStandardHelpOptions = true)
  int live(@Mixin Access access, @Mixin Listing listing) {
    JsonNode sessions = access.client().list("/api/v1/sessions", "sessions").path("sessions");
    listing.print(
        out(),
        sessions,
        new Table("SESSION", "OPENED", "SUBJECT", "RESOURCE", "FROM", "GRANT"),
        (table, session) ->
            table.row(
                session.path("id").asText(),
                Moment.of(session.path("opened")),
                session.path("subject").path("name").asText(),
                session.path("resource").asText(),
                session.path("client").asText(),
                session.path("grant").asText("")));
    return ExitCode.OK;
  }

  @Command(
      name = "follow",
      description = {
        "What runs in an open session, on whatever gateway it is, until it ends.",
        "",
        "For auditors, and for whoever is asked for an approval that it waits for. That you read is"
            + " recorded."
      },
      mixinStandardHelpOptions = true)
  int follow(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "SESSION", description = "Its whole id.") String id,
      @Option(names = "--json", description = "As JSON.") boolean json) {
    new EventFeed(access::client, "/api/v1/sessions/" + ApiClient.encoded(id) + "/follow")
        .read(new Following(out(), json));
    return ExitCode.OK;
  }

  @Command(
      name = "kill",
      description = "End an open session, on whatever gateway it is.",
      mixinStandardHelpOptions = true)
  int kill(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "SESSION", description = "Its whole id.") String id,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    access
        .client()
        .post("/api/v1/sessions/" + ApiClient.encoded(id) + "/kill", Map.of("reason", reason));
    spec.commandLine().getOut().println("session " + id + " is ended");
    return ExitCode.OK;
  }

  @Command(
      name = "search",
      description = "Commands in which all the words stand, the newest first.",
      mixinStandardHelpOptions = true)
  int search(
      @Mixin Source source,
      @Mixin Search search,
      @Parameters(arity = "0..*", paramLabel = "WORD", description = "Words of the statement.")
          List<String> words)
      throws IOException, InterruptedException {
    AuditQuery query = search.query();
    String text = String.join(" ", words == null ? List.of() : words);
    try (AuditSearch audit = source.open(err())) {
      List<AuditSearch.FoundCommand> all =
          audit.commands(text.isBlank() ? query : query.withText(text));
      source.recordReading(reader -> new Event.RecordSearched(reader, text, all.size()), err());
      Table table = new Table("TIME", "SESSION", "NO", "SUBJECT", "VERDICT", "ROW", "COMMAND");
      for (AuditSearch.FoundCommand found : all) {
        table.row(
            found.recorded().time(),
            found.decided().session(),
            found.decided().command(),
            found.session().map(session -> session.subject().name()).orElse(""),
            found.decided().verdict(),
            found.decided().rows().getFirst().rule(),
            VisibleText.excerpt(found.decided().text(), TEXT_WIDTH));
      }
      return print(table);
    }
  }

  @Command(
      name = "show",
      description = "Every event of a session, one line each.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Source source,
      @Parameters(index = "0", paramLabel = "SESSION", description = "As the list shows it.")
          String session,
      @Option(names = "--json", description = "Each event as JSON.") boolean json)
      throws IOException, InterruptedException {
    List<RecordedEvent> events = events(source, session);
    source.recordReading(
        reader -> new Event.RecordingRead(reader, new SessionId(session), "show"), err());
    if (json) {
      events.forEach(recorded -> out().println(EventJson.write(recorded)));
    } else {
      Replay.of(events).lines().forEach(line -> out().println(line.text()));
    }
    return ExitCode.OK;
  }

  @Command(
      name = "replay",
      description = "A session as it went, in its own time; or as a file to play elsewhere.",
      mixinStandardHelpOptions = true)
  int replay(
      @Mixin Source source,
      @Parameters(index = "0", paramLabel = "SESSION", description = "As the list shows it.")
          String session,
      @Mixin Playing playing)
      throws IOException, InterruptedException {
    playing.check();
    List<RecordedEvent> events = events(source, session);
    source.recordReading(
        reader -> new Event.RecordingRead(reader, new SessionId(session), playing.name()), err());
    playing.play(Replay.of(events), session, out());
    return ExitCode.OK;
  }

  private List<RecordedEvent> events(Source source, String session) throws IOException {
    try (AuditSearch audit = source.open(err())) {
      List<RecordedEvent> events = audit.session(new SessionId(session));
      if (events.isEmpty()) {
        throw new CommandFailure(ExitCode.NOT_FOUND, "there is no session " + session);
      }
      return events;
    }
  }

  private int print(Table table) {
    out().print(table.orNothing());
    return ExitCode.OK;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
