package dev.countersign.cli.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.api.EventFeed.Reader;
import dev.countersign.cli.api.EventFeed.Told;
import dev.countersign.cli.terminal.Moment;
import java.io.PrintWriter;

/** Prints what runs in a session, a line each, until it ends. */
final class Following implements Reader {

  private final PrintWriter out;
  private final boolean json;

  Following(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  @Override
  public boolean takes(Told event) {
    if (json) {
      out.println(((ObjectNode) event.data()).put("type", event.type()));
    } else {
      out.println(VisibleText.line(line(event.type(), event.data())));
    }
    out.flush();
    return !event.type().equals("session.closed");
  }

  private static String line(String type, JsonNode data) {
    String number = "#" + data.path("command").asText();
    return switch (type) {
      case "ready" ->
          "%s on %s since %s"
              .formatted(
                  data.at("/subject/name").asText(),
                  data.path("resource").asText(),
                  Moment.of(data.path("opened")));
      case "command.decided" ->
          "%-5s %s %s  %s%s"
              .formatted(
                  number,
                  data.path("verdict").asText(),
                  data.path("rule").asText(),
                  data.path("text").asText(),
                  data.path("cut").asBoolean() ? "… (replay it for the rest)" : "");
      case "approval.requested" ->
          "%-5s waits for approval %s".formatted(number, data.path("approval").asText());
      case "approval.answered" ->
          "%-5s approval %s: %s"
              .formatted(number, data.path("approval").asText(), data.path("answer").asText());
      case "command.completed" ->
          "%-5s %s, %s rows, %s ms"
              .formatted(
                  number,
                  data.path("error").isNull()
                      ? data.path("status").asText()
                      : "failed: " + data.path("error").asText(),
                  data.path("rows").asText(),
                  data.path("micros").asLong() / 1000);
      case "session.closed" -> "closed: " + data.path("reason").asText();
      default -> type;
    };
  }
}
