package dev.countersign.cli.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.api.EventFeed.Reader;
import dev.countersign.cli.api.EventFeed.Told;
import dev.countersign.cli.terminal.Moment;
import java.io.PrintWriter;
import java.util.Optional;

/** Prints what happens to approvals, a line each; first those that wait already. */
final class Watching implements Reader {

  private final ApprovalsClient client;
  private final PrintWriter out;
  private final boolean json;

  Watching(ApprovalsClient client, PrintWriter out, boolean json) {
    this.client = client;
    this.out = out;
    this.json = json;
  }

  @Override
  public boolean takes(Told event) {
    if (json) {
      out.println(event.data());
    } else if (event.type().equals("ready")) {
      ready(event.data().path("missed").asBoolean());
    } else {
      line(
          Moment.of(event.data().path("at")),
          event.type().substring(event.type().indexOf('.') + 1),
          event.data().path("approval"));
    }
    out.flush();
    return true;
  }

  private void ready(boolean missed) {
    if (missed) {
      out.println("some of what happened meanwhile is not known any more; what waits now:");
    }
    for (JsonNode one : client.list(Optional.of("waiting"))) {
      line(one.path("requested").asText(), "waiting", one);
    }
  }

  private void line(String at, String state, JsonNode one) {
    String time = at.length() > 19 ? at.substring(11, 19) : at;
    out.println(
        VisibleText.line(
            "%s  %s  %-9s  %s on %s  %s  %s"
                .formatted(
                    time,
                    one.path("id").asText(),
                    state,
                    one.path("subject").path("name").asText(),
                    one.path("resource").asText(),
                    one.path("rule").asText(),
                    ApprovalText.inShort(one))));
    if (state.equals("waiting") && one.path("mayAnswer").asBoolean()) {
      out.println("          look at it: countersign approvals show " + one.path("id").asText());
    }
  }
}
