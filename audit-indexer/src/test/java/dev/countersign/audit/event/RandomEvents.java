package dev.countersign.audit.event;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Seeded random events of every type, with the text a hostile client would send. */
public final class RandomEvents {

  private final Random random;

  public RandomEvents(long seed) {
    random = new Random(seed);
  }

  public Event any() {
    return of(pick(EventType.values()));
  }

  public Event of(EventType type) {
    return switch (type) {
      case SESSION_OPENED ->
          new Event.SessionOpened(
              session(),
              subject(),
              text(),
              Map.of("environment", text(), "owner", text()),
              text(),
              text());
      case SESSION_REFUSED ->
          new Event.SessionRefused(session(), maybe(this::subject), text(), text(), text());
      case COMMAND_DECIDED ->
          new Event.CommandDecided(
              session(),
              random.nextLong(),
              text(),
              list(() -> maybe(this::text)),
              facts(),
              pick(Verdict.values()),
              text(),
              list(this::row));
      case APPROVAL_REQUESTED ->
          new Event.ApprovalRequested(session(), random.nextLong(), text(), text(), instant());
      case APPROVAL_ANSWERED ->
          new Event.ApprovalAnswered(
              session(),
              random.nextLong(),
              text(),
              pick(Event.ApprovalAnswered.Answer.values()),
              maybe(this::subject),
              text());
      case COMMAND_COMPLETED ->
          new Event.CommandCompleted(
              session(),
              random.nextLong(),
              text(),
              maybe(this::text),
              random.nextLong(),
              random.nextLong(),
              list(this::text),
              random.nextLong());
      case CONTENT_RECORDED ->
          new Event.ContentRecorded(
              session(), random.nextLong(), pick(Event.ContentRecorded.Stream.values()), text());
      case EXPOSURE_KEYED -> new Event.ExposureKeyed(text(), text(), text());
      case VALUES_EXPOSED ->
          new Event.ValuesExposed(
              session(),
              random.nextLong(),
              text(),
              text(),
              random.nextBoolean(),
              text(),
              random.nextBoolean());
      case SESSION_CLOSED -> new Event.SessionClosed(session(), text(), random.nextLong());
      case POLICY_ACTIVATED -> new Event.PolicyActivated(text(), text(), random.nextInt());
      case POLICY_REFUSED -> new Event.PolicyRefused(text(), list(this::text));
      case APPROVAL_VIEWED -> new Event.ApprovalViewed(text(), subject(), text(), text());
      case APPROVAL_VOTED ->
          new Event.ApprovalVoted(
              text(),
              subject(),
              pick(Event.ApprovalVoted.Vote.values()),
              text(),
              text(),
              instant(),
              text(),
              text(),
              text());
      case RECORDING_READ -> new Event.RecordingRead(text(), session(), text());
      case RECORD_SEARCHED -> new Event.RecordSearched(text(), text(), random.nextLong());
      case EVIDENCE_EXPORTED ->
          new Event.EvidenceExported(text(), date(), date(), list(this::text), text());
      case CONTROL_ASSESSED -> new Event.ControlAssessed(text(), random.nextBoolean(), text());
      case CREDENTIAL_MINTED ->
          new Event.CredentialMinted(text(), subject(), text(), maybe(this::text), instant());
      case GRANT_REQUESTED ->
          new Event.GrantRequested(text(), subject(), text(), text(), instant(), instant(), text());
      case GRANT_GIVEN ->
          new Event.GrantGiven(text(), subject(), text(), text(), maybe(this::text), instant());
      case GRANT_ENDED ->
          new Event.GrantEnded(
              text(), text(), pick(Event.GrantEnded.End.values()), maybe(this::subject), text());
      case PRE_APPROVAL_GIVEN ->
          new Event.PreApprovalGiven(
              text(), subject(), text(), text(), random.nextBoolean(), text(), text(), instant());
      case PRE_APPROVAL_ENDED ->
          new Event.PreApprovalEnded(
              text(),
              text(),
              pick(Event.PreApprovalEnded.End.values()),
              maybe(this::subject),
              text());
      case STANDING_YES_USED ->
          new Event.StandingYesUsed(text(), text(), subject(), text(), text());
      case EMERGENCY_CHANGED ->
          new Event.EmergencyChanged(
              text(),
              pick(Event.EmergencyChanged.Step.values()),
              List.of(text(), text()),
              maybe(this::subject),
              instant(),
              text());
      case SEGMENT_SHREDDED ->
          new Event.SegmentShredded(
              random.nextLong(), random.nextLong(), random.nextLong(), text(), text());
      case HOLD_PLACED -> new Event.HoldPlaced(text(), instant(), instant(), text(), text());
      case HOLD_RELEASED -> new Event.HoldReleased(text(), text(), text());
      case NOTIFICATION_RETRIED ->
          new Event.NotificationRetried(random.nextLong(), text(), subject());
      case SESSION_KILLED -> new Event.SessionKilled(session(), subject(), text());
      case API_CALLED -> new Event.ApiCalled(subject(), text(), text(), text());
      case RESOURCE_DECLARED ->
          new Event.ResourceDeclared(
              subject(), text(), text(), Map.of("environment", text()), text());
      case RESOURCE_REMOVED -> new Event.ResourceRemoved(subject(), text());
      case CREDENTIAL_REVOKED -> new Event.CredentialRevoked(text(), subject(), text());
    };
  }

  private CommandFacts facts() {
    return switch (random.nextInt(3)) {
      case 0 -> new CommandFacts.Sql(list(this::access), random.nextBoolean());
      case 1 -> new CommandFacts.Git(list(this::update));
      default -> new CommandFacts.Kubernetes(request());
    };
  }

  private RefUpdate update() {
    return new RefUpdate(
        text(),
        pick(RefUpdate.Change.values()),
        new RefUpdate.Commits(
            random.nextInt(),
            random.nextInt(),
            random.nextBoolean(),
            Set.copyOf(list(this::text)),
            Set.copyOf(list(this::text)),
            list(this::text),
            list(() -> new RefUpdate.Commits.Commit(text(), text(), text()))),
        list(
            () ->
                new RefUpdate.PathChange(
                    text(),
                    pick(RefUpdate.PathChange.Status.values()),
                    pick(RefUpdate.PathChange.Content.values()),
                    random.nextLong(),
                    random.nextInt(),
                    random.nextInt())),
        list(() -> new RefUpdate.Secret(text(), text(), text())),
        Set.copyOf(list(this::text)));
  }

  private KubeRequest request() {
    return new KubeRequest(
        pick(KubeRequest.Verb.values()),
        new KubeRequest.Target(text(), text(), text(), text()),
        new KubeRequest.Body(
            Set.of(pick(KubeRequest.Trait.values())),
            Set.copyOf(list(this::text)),
            Set.copyOf(list(this::text))),
        random.nextBoolean(),
        list(this::text),
        new KubeRequest.Details(
            text(),
            text(),
            text(),
            maybe(() -> new KubeRequest.Replicas(random.nextLong(), random.nextLong())),
            Set.copyOf(list(this::text))));
  }

  private SessionId session() {
    return new SessionId(text());
  }

  private Subject subject() {
    return new Subject(
        text(),
        text(),
        text(),
        pick(Subject.Kind.values()),
        Set.copyOf(list(this::text)),
        maybe(this::text),
        list(this::text));
  }

  private SqlAccess access() {
    return new SqlAccess(
        pick(SqlVerb.values()), text(), Set.copyOf(list(this::text)), random.nextBoolean());
  }

  private MatchedRow row() {
    return new MatchedRow(
        text(),
        text(),
        random.nextInt(),
        pick(Verdict.values()),
        text(),
        text(),
        text(),
        list(this::text));
  }

  /** Control characters, lone surrogates, bidi, quotes; rarely a hundred kilobytes of them. */
  private String text() {
    int length = random.nextInt(200) == 0 ? 100_000 : random.nextInt(12);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(6)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append((char) (0xD800 + random.nextInt(0x800)));
        case 2 -> text.append((char) random.nextInt(0x10000));
        case 3 -> text.appendCodePoint(random.nextInt(0x110000));
        case 4 -> text.append("\"\\/\u2028\u202E\u007F".charAt(random.nextInt(6)));
        default -> text.append((char) (0x20 + random.nextInt(0x5f)));
      }
    }
    return text.toString();
  }

  /** As a cluster can read it. */
  private Instant date() {
    return Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE));
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> list(Supplier<T> value) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value.get());
    }
    return list;
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
