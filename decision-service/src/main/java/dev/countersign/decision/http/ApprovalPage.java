package dev.countersign.decision.http;

import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import io.undertow.server.HttpServerExchange;
import java.util.Locale;

/**
 * The page behind the address an agent is told. Without a token it says how to answer and nothing
 * of what waits: addresses are forwarded, and mail scanners open them.
 */
final class ApprovalPage {

  private final StoredApprovals approvals;
  private final Caller caller;

  ApprovalPage(StoredApprovals approvals, Caller caller) {
    this.approvals = approvals;
    this.caller = caller;
  }

  String page(HttpServerExchange exchange) throws ApiError {
    String id = ApprovalOperations.id(exchange);
    if (Caller.token(exchange).isEmpty()) {
      return withoutToken(id);
    }
    Subject viewer = caller.require(exchange).subject();
    Approval approval = approvals.view(viewer, id).orElseThrow(ApiError::noSuchApproval);
    return withToken(approval, approvals.mayAnswer(viewer, approval.summary()));
  }

  private static String withoutToken(String id) {
    // Only what looks like an id is repeated: the rest of the address is anybody's text.
    String shown = id.matches("[A-Za-z0-9-]{1,20}") ? id : "<id>";
    return document(
        "Approval " + shown,
        "<p>A command may be waiting for an answer. Log in on the command line and look:</p>"
            + "<pre>countersign approvals show "
            + escape(shown)
            + "\ncountersign approvals approve "
            + escape(shown)
            + "\ncountersign approvals deny "
            + escape(shown)
            + "</pre><p>This page shows more to whoever sends a token.</p>");
  }

  private static String withToken(Approval approval, boolean mayAnswer) {
    Approval.Summary summary = approval.summary();
    VisibleText text = VisibleText.of(approval.command().text());
    var body = new StringBuilder("<dl>");
    entry(body, "State", summary.state().name().toLowerCase(Locale.ROOT));
    entry(body, "Who asks", subject(summary.subject()));
    entry(body, "On what", summary.resource());
    entry(body, "Why it waits", why(summary.deciding()));
    entry(body, "Asked", summary.requested() + ", until " + summary.expires());
    if (summary.quorum() > 1) {
      entry(body, "Said yes", summary.saidYes() + " of " + summary.quorum() + " people");
    }
    entry(body, "Session", summary.session());
    entry(body, "Digest", approval.digest());
    body.append("</dl>");
    for (String warning : text.warnings()) {
      body.append("<p class=\"warning\">This text has ").append(escape(warning)).append("</p>");
    }
    body.append("<h2>The command, written by the agent: ")
        .append(summary.textLength())
        .append(" characters</h2><pre>")
        .append(escape(text.text()))
        .append("</pre>");
    parameters(body, approval);
    approval
        .ending()
        .ifPresent(ending -> body.append("<p>").append(escape(ended(ending))).append("</p>"));
    if (mayAnswer) {
      body.append("<h2>Answer</h2><pre>countersign approvals approve ")
          .append(escape(summary.id()))
          .append("\ncountersign approvals deny ")
          .append(escape(summary.id()))
          .append("</pre>");
    }
    return document("Approval " + summary.id(), body.toString());
  }

  private static void parameters(StringBuilder body, Approval approval) {
    if (approval.command().parameters().isEmpty()) {
      return;
    }
    body.append("<h2>Parameters</h2><ol>");
    for (FrozenCommand.Parameter parameter : approval.command().parameters()) {
      body.append("<li><code>")
          .append(escape(ApprovalJson.visible(parameter).orElse("NULL")))
          .append("</code></li>");
    }
    body.append("</ol>");
  }

  private static String subject(Subject subject) {
    return subject.name()
        + " ("
        + subject.kind().name().toLowerCase(Locale.ROOT)
        + ")"
        + subject.onBehalfOf().map(owner -> " on behalf of " + owner).orElse("");
  }

  private static String why(MatchedRow row) {
    return row.reason() + " (" + row.rule() + ", " + row.sheet() + " row " + row.row() + ")";
  }

  private static String ended(Approval.Ending ending) {
    return "Ended at "
        + ending.at()
        + ending.by().map(by -> " by " + by.name()).orElse("")
        + (ending.comment().isEmpty() ? "" : ": " + VisibleText.line(ending.comment()));
  }

  private static void entry(StringBuilder body, String name, String value) {
    body.append("<dt>").append(name).append("</dt><dd>");
    body.append(escape(VisibleText.line(value))).append("</dd>");
  }

  private static String document(String title, String body) {
    return """
    <!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%1$s</title><link rel="stylesheet" href="/approvals.css"></head>
    <body><h1>%1$s</h1>%2$s</body></html>
    """
        .formatted(escape(title), body);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
