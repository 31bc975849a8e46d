package dev.countersign.audit.event;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The stable names of the event types: they are stored for years and never change their meaning.
 */
public enum EventType {
  SESSION_OPENED("session.opened", Event.SessionOpened.class, true),
  SESSION_REFUSED("session.refused", Event.SessionRefused.class, false),
  COMMAND_DECIDED("command.decided", Event.CommandDecided.class, true),
  APPROVAL_REQUESTED("approval.requested", Event.ApprovalRequested.class, true),
  APPROVAL_ANSWERED("approval.answered", Event.ApprovalAnswered.class, true),
  COMMAND_COMPLETED("command.completed", Event.CommandCompleted.class, false),
  CONTENT_RECORDED("content.recorded", Event.ContentRecorded.class, false),
  EXPOSURE_KEYED("exposure.keyed", Event.ExposureKeyed.class, true),
  VALUES_EXPOSED("values.exposed", Event.ValuesExposed.class, false),
  SESSION_CLOSED("session.closed", Event.SessionClosed.class, false),
  POLICY_ACTIVATED("policy.activated", Event.PolicyActivated.class, true),
  POLICY_REFUSED("policy.refused", Event.PolicyRefused.class, false),
  RECORDING_READ("recording.read", Event.RecordingRead.class, true),
  RECORD_SEARCHED("record.searched", Event.RecordSearched.class, true),
  EVIDENCE_EXPORTED("evidence.exported", Event.EvidenceExported.class, true),
  CONTROL_ASSESSED("control.assessed", Event.ControlAssessed.class, true),
  CREDENTIAL_MINTED("credential.minted", Event.CredentialMinted.class, true),
  CREDENTIAL_REVOKED("credential.revoked", Event.CredentialRevoked.class, true),
  APPROVAL_VIEWED("approval.viewed", Event.ApprovalViewed.class, true),
  APPROVAL_VOTED("approval.voted", Event.ApprovalVoted.class, true),
  GRANT_REQUESTED("grant.requested", Event.GrantRequested.class, true),
  GRANT_GIVEN("grant.given", Event.GrantGiven.class, true),
  GRANT_ENDED("grant.ended", Event.GrantEnded.class, true),
  SEGMENT_SHREDDED("segment.shredded", Event.SegmentShredded.class, true),
  HOLD_PLACED("hold.placed", Event.HoldPlaced.class, true),
  HOLD_RELEASED("hold.released", Event.HoldReleased.class, true),
  SESSION_KILLED("session.killed", Event.SessionKilled.class, true),
  NOTIFICATION_RETRIED("notification.retried", Event.NotificationRetried.class, true),
  API_CALLED("api.called", Event.ApiCalled.class, true),
  RESOURCE_DECLARED("resource.declared", Event.ResourceDeclared.class, true),
  RESOURCE_REMOVED("resource.removed", Event.ResourceRemoved.class, true),
  PRE_APPROVAL_GIVEN("pre-approval.given", Event.PreApprovalGiven.class, true),
  PRE_APPROVAL_ENDED("pre-approval.ended", Event.PreApprovalEnded.class, true),
  STANDING_YES_USED("standing-yes.used", Event.StandingYesUsed.class, true),
  EMERGENCY_CHANGED("emergency.changed", Event.EmergencyChanged.class, true);

  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::stableName, Function.identity()));

  private final String stableName;
  private final Class<? extends Event> recordClass;
  private final boolean announces;

  EventType(String stableName, Class<? extends Event> recordClass, boolean announces) {
    this.stableName = stableName;
    this.recordClass = recordClass;
    this.announces = announces;
  }

  public static EventType of(Event event) {
    return switch (event) {
      case Event.SessionOpened e -> SESSION_OPENED;
      case Event.SessionRefused e -> SESSION_REFUSED;
      case Event.CommandDecided e -> COMMAND_DECIDED;
      case Event.ApprovalRequested e -> APPROVAL_REQUESTED;
      case Event.ApprovalAnswered e -> APPROVAL_ANSWERED;
      case Event.CommandCompleted e -> COMMAND_COMPLETED;
      case Event.ContentRecorded e -> CONTENT_RECORDED;
      case Event.ExposureKeyed e -> EXPOSURE_KEYED;
      case Event.ValuesExposed e -> VALUES_EXPOSED;
      case Event.SessionClosed e -> SESSION_CLOSED;
      case Event.PolicyActivated e -> POLICY_ACTIVATED;
      case Event.PolicyRefused e -> POLICY_REFUSED;
      case Event.RecordingRead e -> RECORDING_READ;
      case Event.RecordSearched e -> RECORD_SEARCHED;
      case Event.EvidenceExported e -> EVIDENCE_EXPORTED;
      case Event.ControlAssessed e -> CONTROL_ASSESSED;
      case Event.CredentialMinted e -> CREDENTIAL_MINTED;
      case Event.CredentialRevoked e -> CREDENTIAL_REVOKED;
      case Event.ApprovalViewed e -> APPROVAL_VIEWED;
      case Event.ApprovalVoted e -> APPROVAL_VOTED;
      case Event.GrantRequested e -> GRANT_REQUESTED;
      case Event.GrantGiven e -> GRANT_GIVEN;
      case Event.GrantEnded e -> GRANT_ENDED;
      case Event.SegmentShredded e -> SEGMENT_SHREDDED;
      case Event.HoldPlaced e -> HOLD_PLACED;
      case Event.HoldReleased e -> HOLD_RELEASED;
      case Event.SessionKilled e -> SESSION_KILLED;
      case Event.NotificationRetried e -> NOTIFICATION_RETRIED;
      case Event.ApiCalled e -> API_CALLED;
      case Event.ResourceDeclared e -> RESOURCE_DECLARED;
      case Event.ResourceRemoved e -> RESOURCE_REMOVED;
      case Event.PreApprovalGiven e -> PRE_APPROVAL_GIVEN;
      case Event.PreApprovalEnded e -> PRE_APPROVAL_ENDED;
      case Event.StandingYesUsed e -> STANDING_YES_USED;
      case Event.EmergencyChanged e -> EMERGENCY_CHANGED;
    };
  }

  static Optional<EventType> named(String stableName) {
    return Optional.ofNullable(BY_NAME.get(stableName));
  }

  /** The session an event belongs to, if it belongs to one. */
  public static Optional<SessionId> sessionOf(Event event) {
    return switch (event) {
      case Event.SessionOpened e -> Optional.of(e.session());
      case Event.SessionRefused e -> Optional.of(e.session());
      case Event.CommandDecided e -> Optional.of(e.session());
      case Event.ApprovalRequested e -> Optional.of(e.session());
      case Event.ApprovalAnswered e -> Optional.of(e.session());
      case Event.CommandCompleted e -> Optional.of(e.session());
      case Event.ContentRecorded e -> Optional.of(e.session());
      case Event.ExposureKeyed e -> Optional.empty();
      case Event.ValuesExposed e -> Optional.of(e.session());
      case Event.SessionClosed e -> Optional.of(e.session());
      case Event.PolicyActivated e -> Optional.empty();
      case Event.PolicyRefused e -> Optional.empty();
      case Event.RecordingRead e -> Optional.empty();
      case Event.RecordSearched e -> Optional.empty();
      case Event.EvidenceExported e -> Optional.empty();
      case Event.ControlAssessed e -> Optional.empty();
      case Event.CredentialMinted e -> Optional.empty();
      case Event.CredentialRevoked e -> Optional.empty();
      case Event.ApprovalViewed e -> Optional.empty();
      case Event.ApprovalVoted e -> Optional.empty();
      case Event.GrantRequested e -> Optional.empty();
      case Event.GrantGiven e -> Optional.empty();
      case Event.GrantEnded e -> Optional.empty();
      case Event.SegmentShredded e -> Optional.empty();
      case Event.HoldPlaced e -> Optional.empty();
      case Event.HoldReleased e -> Optional.empty();
      case Event.SessionKilled e -> Optional.of(e.session());
      case Event.NotificationRetried e -> Optional.empty();
      case Event.ApiCalled e -> Optional.empty();
      case Event.ResourceDeclared e -> Optional.empty();
      case Event.ResourceRemoved e -> Optional.empty();
      case Event.PreApprovalGiven e -> Optional.empty();
      case Event.PreApprovalEnded e -> Optional.empty();
      case Event.StandingYesUsed e -> Optional.empty();
      case Event.EmergencyChanged e -> Optional.empty();
    };
  }

  /** The name in stored JSON, e.g. {@code command.decided}. */
  public String stableName() {
    return stableName;
  }

  /**
   * Whether something happens because of it and only after it: such an event is written before its
   * append returns. The others tell what has happened and may be written a moment later.
   */
  public boolean announces() {
    return announces;
  }

  /** Whether no later event of its session is expected. */
  public boolean endsSession() {
    return this == SESSION_CLOSED || this == SESSION_REFUSED;
  }

  Class<? extends Event> recordClass() {
    return recordClass;
  }
}
