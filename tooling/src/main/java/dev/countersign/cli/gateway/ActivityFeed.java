package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.pack.ActivityLog;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal whose events also teach the activity log what each subject does. */
final class ActivityFeed implements Journal {

  private static final Logger log = LoggerFactory.getLogger(ActivityFeed.class);

  /** As far back as a subject's usual hours are counted. */
  private static final Duration MEMORY = Duration.ofDays(3);

  /**
   * A session and what runs in it.
   *
   * @param running the accesses of each command that was released and has not ended
   */
  private record Session(Subject subject, String resource, Map<Long, List<SqlAccess>> running) {}

  private final Journal journal;
  private final ActivityLog activity;
  private final InstantSource clock;
  private final Map<SessionId, Session> sessions = new ConcurrentHashMap<>();

  ActivityFeed(Journal journal, ActivityLog activity, InstantSource clock) {
    this.journal = journal;
    this.activity = activity;
    this.clock = clock;
  }

  /** Learns from what was recorded before this start; none of those sessions goes on. */
  void recall(Path directory) {
    try (JournalReader reader =
        JournalReader.openSince(
            directory, clock.instant().minus(MEMORY), DataKeys.local(directory))) {
      for (Optional<RecordedEvent> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        learn(next.get().time(), next.get().event());
      }
    } catch (JournalException e) {
      log.atWarn().setCause(e).log("the packs do not know all that was done before this start");
    }
    sessions.values().forEach(session -> activity.closed(session.subject));
    sessions.clear();
  }

  @Override
  public long append(Event event) {
    long sequence = journal.append(event);
    learn(clock.instant(), event);
    return sequence;
  }

  private void learn(Instant now, Event event) {
    switch (event) {
      case Event.SessionOpened opened -> {
        sessions.put(
            opened.session(),
            new Session(opened.subject(), opened.resource(), new ConcurrentHashMap<>()));
        activity.opened(opened.subject());
      }
      case Event.SessionClosed closed ->
          Optional.ofNullable(sessions.remove(closed.session()))
              .ifPresent(session -> activity.closed(session.subject));
      case Event.CommandDecided decided ->
          find(decided.session()).ifPresent(session -> decided(now, session, decided));
      case Event.ApprovalAnswered answered
          when answered.answer() != Event.ApprovalAnswered.Answer.APPROVED ->
          find(answered.session()).ifPresent(session -> session.running.remove(answered.command()));
      case Event.CommandCompleted completed ->
          find(completed.session()).ifPresent(session -> completed(now, session, completed));
      case Event.ApprovalAnswered _,
          Event.ApprovalRequested _,
          Event.ContentRecorded _,
          Event.ExposureKeyed _,
          Event.ValuesExposed _,
          Event.SessionRefused _,
          Event.PolicyActivated _,
          Event.PolicyRefused _,
          Event.ApprovalViewed _,
          Event.ApprovalVoted _,
          Event.CredentialMinted _,
          Event.CredentialRevoked _,
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
          Event.SessionKilled _,
          Event.NotificationRetried _,
          Event.ApiCalled _,
          Event.ResourceDeclared _,
          Event.ResourceRemoved _,
          Event.RecordingRead _,
          Event.RecordSearched _,
          Event.EvidenceExported _,
          Event.ControlAssessed _ -> {}
    }
  }

  private Optional<Session> find(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  private void decided(Instant now, Session session, Event.CommandDecided decided) {
    activity.decided(now, session.subject, decided.verdict());
    if (decided.verdict() != Verdict.BLOCK) {
      session.running.put(decided.command(), accesses(decided.facts()));
    }
  }

  private static List<SqlAccess> accesses(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql -> sql.accesses();
      case CommandFacts.Git _, CommandFacts.Kubernetes _ -> List.of();
    };
  }

  private void completed(Instant now, Session session, Event.CommandCompleted completed) {
    activity.took(now, session.subject, completed.rows(), completed.bytes());
    List<SqlAccess> accesses = session.running.remove(completed.command());
    if (completed.error().isPresent()) {
      activity.failed(now, session.subject, completed.error().get());
    } else if (accesses != null) {
      activity.completed(session.subject, session.resource, accesses);
    }
  }

  @Override
  public CompletionStage<Void> durable(long sequence) {
    return journal.durable(sequence);
  }

  @Override
  public boolean isWritable() {
    return journal.isWritable();
  }

  @Override
  public CompletionStage<Void> releasable(long sequence, boolean changesState) {
    return journal.releasable(sequence, changesState);
  }
}
