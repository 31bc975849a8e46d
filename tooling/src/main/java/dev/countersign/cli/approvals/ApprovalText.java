package dev.countersign.cli.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.terminal.Moment;
import java.util.regex.Pattern;

/** One approval in words, with nothing of the command hidden, and what was found out about it. */
final class ApprovalText {

  /** How the text of a request to a cluster begins. */
  private static final Pattern REQUEST = Pattern.compile("(?:POST|PUT|PATCH|DELETE|GET) /");

  private ApprovalText() {}

  /** The command in one line; of a request to a cluster not its path, but what it does. */
  static String inShort(JsonNode summary) {
    String excerpt = summary.path("excerpt").asText();
    return REQUEST.matcher(excerpt).lookingAt() ? summary.path("about").asText(excerpt) : excerpt;
  }

  static String of(JsonNode approval) {
    StringBuilder out = new StringBuilder();
    JsonNode subject = approval.path("subject");
    field(out, "approval", approval.path("id").asText() + "  " + approval.path("state").asText());
    String owner = subject.path("onBehalfOf").asText("");
    field(
        out,
        "subject",
        "%s (%s%s)"
            .formatted(
                subject.path("name").asText(),
                subject.path("kind").asText(),
                owner.isEmpty() || owner.equals("null") ? "" : " on behalf of " + owner));
    field(out, "resource", approval.path("resource").asText());
    field(out, "session", approval.path("session").asText());
    field(out, "expires", Moment.of(approval.path("expires")));
    if (approval.path("quorum").asInt(1) > 1) {
      field(
          out,
          "said yes",
          approval.path("saidYes").asInt() + " of " + approval.path("quorum").asInt());
    }
    field(out, "digest", approval.path("digest").asText());
    if (!approval.path("preApprovable").isNull() && approval.has("preApprovable")) {
      field(
          out,
          "same",
          "may be approved beforehand for " + Moment.time(approval.path("preApprovable")));
    }
    for (JsonNode row : approval.path("rows")) {
      field(
          out,
          "because",
          "%s (%s row %d) %s: %s"
              .formatted(
                  row.path("rule").asText(),
                  row.path("sheet").asText(),
                  row.path("row").asInt(),
                  row.path("part").asText(),
                  row.path("reason").asText()));
    }
    for (JsonNode warning : approval.path("textWarnings")) {
      field(out, "warning", warning.asText());
    }
    int number = 1;
    for (JsonNode parameter : approval.path("parameters")) {
      JsonNode value = parameter.path("value");
      field(out, "$" + number++, value.isNull() ? "NULL" : value.asText());
    }
    JsonNode answer = approval.path("answer");
    if (answer.isObject()) {
      field(
          out,
          "answer",
          "%s %s %s"
              .formatted(
                  answer.path("by").path("name").asText("nobody"),
                  Moment.of(answer.path("at")),
                  answer.path("comment").asText()));
    }
    out.append("\nWritten by whoever asks, all of it:\n")
        .append(VisibleText.lines(approval.path("text").asText()).indent(2));
    for (JsonNode exhibit : approval.path("exhibits")) {
      out.append('\n').append(ExhibitText.of(exhibit));
    }
    return out.toString();
  }

  private static void field(StringBuilder out, String name, String value) {
    out.append("%-9s ".formatted(name)).append(VisibleText.line(value)).append('\n');
  }
}
