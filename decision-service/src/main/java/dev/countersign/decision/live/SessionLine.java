package dev.countersign.decision.live;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.VisibleText;
import java.util.Optional;

/**
 * What somebody who follows a session is told of one of its events.
 *
 * @param type the name of the event's type
 * @param data JSON, one line, its texts in visible form
 */
public record SessionLine(long id, String type, String data) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Characters: whoever wants all of a longer text replays the session. */
  private static final int LONGEST_TEXT = 8000;

  /** What is to be told, before it has a number. */
  record Draft(String session, String type, String data) {}

  public SessionLine {
    requireNonNull(type, "type");
    requireNonNull(data, "data");
  }

  /** Nothing is told of what went over the wire: the recording has it. */
  static Optional<Draft> of(Event event) {
    return switch (event) {
      case Event.CommandDecided e -> Optional.of(draft(e.session(), event, decided(e)));
      case Event.ApprovalRequested e ->
          Optional.of(
              draft(e.session(), event, command(e.command()).put("approval", e.approval())));
      case Event.ApprovalAnswered e ->
          Optional.of(
              draft(
                  e.session(),
                  event,
                  command(e.command())
                      .put("approval", e.approval())
                      .put("answer", e.answer().name())));
      case Event.CommandCompleted e -> Optional.of(draft(e.session(), event, completed(e)));
      case Event.SessionClosed e ->
          Optional.of(
              draft(
                  e.session(),
                  event,
                  JSON.createObjectNode().put("reason", VisibleText.line(e.reason()))));
      case Event.SessionOpened _,
          Event.SessionRefused _,
          Event.ContentRecorded _,
          Event.ExposureKeyed _,
          Event.ValuesExposed _,
          Event.PolicyActivated _,
          Event.PolicyRefused _,
          Event.RecordingRead _,
          Event.RecordSearched _,
          Event.EvidenceExported _,
          Event.ControlAssessed _,
          Event.CredentialMinted _,
          Event.CredentialRevoked _,
          Event.ApprovalViewed _,
          Event.ApprovalVoted _,
          Event.GrantRequested _,
          Event.GrantGiven _,
          Event.GrantEnded _,
          Event.PreApprovalGiven _,
          Event.PreApprovalEnded _,
          Event.StandingYesUsed _,
          Event.EmergencyChanged _,
          Event.SegmentShredded _,
          Event.HoldPlaced _,
          Event.HoldReleased _,
          Event.NotificationRetried _,
          Event.ApiCalled _,
          Event.ResourceDeclared _,
          Event.ResourceRemoved _,
          Event.SessionKilled _ ->
          Optional.empty();
    };
  }

  private static Draft draft(SessionId session, Event event, ObjectNode data) {
    return new Draft(session.value(), EventType.of(event).stableName(), data.toString());
  }

  private static ObjectNode command(long number) {
    return JSON.createObjectNode().put("command", number);
  }

  private static ObjectNode decided(Event.CommandDecided e) {
    String text = e.text();
    boolean cut = text.length() > LONGEST_TEXT;
    return command(e.command())
        .put("verdict", e.verdict().name())
        .put("rule", e.rows().isEmpty() ? "" : e.rows().getFirst().rule())
        .put("text", VisibleText.of(cut ? text.substring(0, LONGEST_TEXT) : text).text())
        .put("textLength", text.length())
        .put("cut", cut)
        .put("parameters", e.parameters().size());
  }

  private static ObjectNode completed(Event.CommandCompleted e) {
    return command(e.command())
        .put("status", VisibleText.line(e.status()))
        .put("error", e.error().orElse(null))
        .put("rows", e.rows())
        .put("micros", e.micros());
  }
}
