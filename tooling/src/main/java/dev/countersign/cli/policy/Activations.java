package dev.countersign.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;

/** Tells that a version is in force. */
final class Activations {

  private Activations() {}

  static void print(JsonNode activation, boolean json, PrintWriter out) {
    if (json) {
      out.println(activation.toPrettyString());
      return;
    }
    out.print(
        new Table("IN FORCE", "SINCE", "BY", "REPLACED")
            .row(
                VersionsClient.brief(activation.path("version")),
                Moment.of(activation.path("at")),
                activation.path("by").path("name").asText(),
                VersionsClient.brief(activation.path("replaced"))));
  }
}
