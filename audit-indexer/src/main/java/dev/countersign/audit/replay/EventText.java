package dev.countersign.audit.replay;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.Locale;
import java.util.Optional;

/** An event in words, safe for a terminal. */
final class EventText {

  /** A longer text is cut, and the cut is shown. */
  private static final int MAX_TEXT = 20_000;

  private EventText() {}

  static String of(Event event) {
    return switch (event) {
      case Event.SessionOpened e ->
          "session "
              + line(e.session().value())
              + ": "
              + subject(e.subject())
              + " on "
              + line(e.resource())
              + " from "
              + line(e.clientAddress())
              + (e.application().isEmpty() ? "" : " with " + line(e.application()));
      case Event.SessionRefused e ->
          "refused "
              + e.subject().map(EventText::subject).orElse("somebody")
              + " on "
              + line(e.resource())
              + " from "
              + line(e.clientAddress())
              + ": "
              + line(e.reason());
      case Event.CommandDecided e -> decided(e);
      case Event.ApprovalRequested e ->
          "#" + e.command() + " waits for approval " + line(e.approval()) + " until " + e.expires();
      case Event.ApprovalAnswered e ->
          "#"
              + e.command()
              + " approval "
              + line(e.approval())
              + " "
              + e.answer()
              + e.approver().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.CommandCompleted e -> completed(e);
      case Event.ContentRecorded e ->
          "#"
              + e.command()
              + " "
              + e.stream().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + "\n    "
              + content(e).replace("\n", "\n    ");
      case Event.ExposureKeyed e -> "exposure key " + line(e.key()) + " made";
      case Event.ValuesExposed e ->
          "#%d showed values of %s, %s%s"
              .formatted(
                  e.command(),
                  line(e.column()),
                  e.masked() ? "masked" : "clear",
                  e.complete() ? "" : ", more than are kept");
      case Event.SessionClosed e ->
          "session closed after " + e.commands() + " commands: " + line(e.reason());
      case Event.PolicyActivated e ->
          "policy " + line(e.policyVersion()) + " in force from " + line(e.source());
      case Event.PolicyRefused e ->
          "policy from " + line(e.source()) + " refused: " + e.faults().size() + " faults";
      case Event.RecordingRead e ->
          line(e.reader()) + " read session " + line(e.recording().value()) + ": " + line(e.how());
      case Event.RecordSearched e ->
          line(e.reader()) + " searched " + line(e.query()) + " and saw " + e.found();
      case Event.EvidenceExported e ->
          line(e.reader()) + " made an evidence package, " + e.from() + " to " + e.until();
      case Event.ControlAssessed e ->
          "control "
              + line(e.control())
              + (e.satisfied() ? " is satisfied: " : " is not satisfied: ")
              + line(e.finding());
      case Event.CredentialMinted e ->
          "credential %s for %s until %s"
              .formatted(line(e.credential()), line(e.resource()), e.expires());
      case Event.CredentialRevoked e ->
          "credential %s for %s revoked".formatted(line(e.credential()), line(e.resource()));
      case Event.ApprovalViewed e ->
          "approval %s shown to %s".formatted(line(e.approval()), subject(e.viewer()));
      case Event.ApprovalVoted e ->
          "approval %s: %s says %s".formatted(line(e.approval()), subject(e.approver()), e.vote())
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.GrantRequested e ->
          "grant %s on %s asked for (%s): %s"
              .formatted(line(e.grant()), line(e.resource()), line(e.scope()), line(e.reason()));
      case Event.GrantGiven e ->
          "grant %s on %s given until %s".formatted(line(e.grant()), line(e.resource()), e.until());
      case Event.GrantEnded e ->
          "grant %s on %s ended: %s".formatted(line(e.grant()), line(e.resource()), e.end())
              + e.by().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.PreApprovalGiven e ->
          "pre-approval %s of %s on %s given until %s"
              .formatted(
                  line(e.preApproval()), subject(e.subject()), line(e.resource()), e.until());
      case Event.PreApprovalEnded e ->
          "pre-approval %s on %s ended: %s"
                  .formatted(line(e.preApproval()), line(e.resource()), e.end())
              + e.by().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.StandingYesUsed e ->
          "%s let a command of %s on %s through, as approval %s"
              .formatted(
                  line(e.standing()), subject(e.subject()), line(e.resource()), line(e.approval()));
      case Event.EmergencyChanged e ->
          "emergency %s on %s: %s"
                  .formatted(line(e.emergency()), line(String.join(", ", e.resources())), e.step())
              + e.by().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.SegmentShredded e ->
          "records %d to %d shredded by %s: %s"
              .formatted(e.first(), e.last(), line(e.by()), line(e.reason()));
      case Event.HoldPlaced e ->
          "hold %s on %s to %s placed by %s: %s"
              .formatted(line(e.hold()), e.from(), e.until(), line(e.by()), line(e.reason()));
      case Event.HoldReleased e ->
          "hold %s released by %s: %s".formatted(line(e.hold()), line(e.by()), line(e.reason()));
      case Event.NotificationRetried e ->
          "message %d to %s tried again by %s"
              .formatted(e.delivery(), line(e.endpoint()), subject(e.by()));
      case Event.SessionKilled e -> "killed by " + subject(e.by()) + ": " + line(e.reason());
      case Event.ApiCalled e -> subject(e.by()) + " calls " + line(e.path());
      case Event.ResourceDeclared e ->
          "resource %s (%s at %s) declared by %s"
              .formatted(line(e.resource()), line(e.kind()), line(e.address()), subject(e.by()));
      case Event.ResourceRemoved e ->
          "resource %s removed by %s".formatted(line(e.resource()), subject(e.by()));
    };
  }

  private static String content(Event.ContentRecorded e) {
    return switch (e.stream()) {
      case ROWS -> RowsText.of(e.content());
      case OUTPUT, ERROR_OUTPUT -> shortened(TerminalText.plain(e.content()));
      case INPUT, RESIZE -> line(e.content());
      case REQUEST_BODY, RESPONSE_BODY, REPORT, PACK -> VisibleText.lines(shortened(e.content()));
    };
  }

  private static String decided(Event.CommandDecided e) {
    StringBuilder text = new StringBuilder();
    text.append('#').append(e.command()).append(' ').append(e.verdict());
    if (!e.rows().isEmpty()) {
      MatchedRow row = e.rows().getFirst();
      text.append(' ').append(line(row.rule())).append(" (").append(line(row.reason())).append(')');
    }
    for (String each : VisibleText.lines(shortened(e.text())).split("\n", -1)) {
      text.append("\n    ").append(each);
    }
    FactsText.of(e.facts()).forEach(fact -> text.append("\n    ").append(fact));
    int number = 1;
    for (Optional<String> parameter : e.parameters()) {
      text.append("\n    $").append(number++).append(" = ");
      text.append(parameter.map(value -> "'" + line(value) + "'").orElse("NULL"));
    }
    return text.toString();
  }

  private static String completed(Event.CommandCompleted e) {
    String status = line(e.status());
    String outcome =
        e.error()
            .map(state -> "failed with " + line(state) + (status.isEmpty() ? "" : ", " + status))
            .orElse(status);
    String masked =
        e.maskedColumns().isEmpty() ? "" : ", masked " + line(String.join(", ", e.maskedColumns()));
    // A push has none, and "SELECT 3" says it.
    String rows =
        e.rows() == 0 || e.status().endsWith(" " + e.rows())
            ? ""
            : ", %d row%s".formatted(e.rows(), e.rows() == 1 ? "" : "s");
    return "#%d %s%s%s, %.1f ms"
        .formatted(e.command(), outcome, rows, masked, e.micros() / 1_000.0);
  }

  private static String subject(Subject subject) {
    return line(subject.name())
        + subject.onBehalfOf().map(owner -> " (for " + line(owner) + ")").orElse("");
  }

  private static String line(String text) {
    return VisibleText.line(shortened(text));
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    return text.substring(0, MAX_TEXT)
        + " … [cut: "
        + (text.length() - MAX_TEXT)
        + " of "
        + text.length()
        + " characters not shown]";
  }
}
