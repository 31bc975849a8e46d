package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a session and what is behind the number of a command: later events name only those.
 * Filled from the journal, so that nothing but the journal has to be kept. Not thread-safe.
 */
final class SessionContexts {

  /** Sessions of a process that died are never closed: the oldest give way to new ones. */
  private static final int LIMIT = 100_000;

  /** A session may have many commands under way, but not any number. */
  private static final int MOST_COMMANDS = 1_000;

  private record Opened(long sequence, Event.SessionOpened event, Map<Long, UnderWay> commands) {}

  /** A command that may still have something said about it. */
  private record UnderWay(Event.CommandDecided decided, List<Subject> approvers) {}

  private final StoredJournal journal;
  private final Map<SessionId, Opened> open = new LinkedHashMap<>();

  SessionContexts(StoredJournal journal) {
    this.journal = journal;
  }

  /** Reads which sessions are open behind a sequence. */
  void restore(long from, long upTo) {
    if (upTo == 0) {
      return;
    }
    try (JournalReader reader = journal.read(from)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        if (next.get().sequence() > upTo) {
          return;
        }
        remember(next.get());
        forget(next.get());
      }
    }
  }

  /** What the next event is about. */
  Background follow(RecordedEvent recorded) {
    remember(recorded);
    Background background = of(recorded.event());
    forget(recorded);
    return background;
  }

  /** Takes note of what later events are about. */
  private void remember(RecordedEvent recorded) {
    switch (recorded.event()) {
      case Event.SessionOpened opened -> {
        open.put(opened.session(), new Opened(recorded.sequence(), opened, new LinkedHashMap<>()));
        if (open.size() > LIMIT) {
          open.remove(open.keySet().iterator().next());
        }
      }
      case Event.CommandDecided decided -> decided(decided);
      case Event.ApprovalAnswered answered -> answered(answered);
      default -> {}
    }
  }

  private void decided(Event.CommandDecided decided) {
    Opened session = open.get(decided.session());
    if (session != null && decided.verdict() != Verdict.BLOCK) {
      session.commands.put(decided.command(), new UnderWay(brief(decided), new ArrayList<>()));
      if (session.commands.size() > MOST_COMMANDS) {
        session.commands.remove(session.commands.keySet().iterator().next());
      }
    }
  }

  private void answered(Event.ApprovalAnswered answered) {
    UnderWay command = underWay(answered.session(), answered.command());
    if (command != null && answered.answer() == Event.ApprovalAnswered.Answer.APPROVED) {
      answered.approver().ifPresent(command.approvers::add);
    }
  }

  /** Without its text, which may be long and is found with the decision itself. */
  private static Event.CommandDecided brief(Event.CommandDecided e) {
    return new Event.CommandDecided(
        e.session(),
        e.command(),
        "",
        List.of(),
        e.facts(),
        e.verdict(),
        e.policyVersion(),
        e.rows());
  }

  /** Takes note of an end. */
  private void forget(RecordedEvent recorded) {
    if (recorded.event() instanceof Event.CommandCompleted completed) {
      Opened session = open.get(completed.session());
      if (session != null) {
        session.commands.remove(completed.command());
      }
    }
    if (EventType.of(recorded.event()).endsSession()) {
      EventType.sessionOf(recorded.event()).ifPresent(open::remove);
    }
  }

  private Background of(Event event) {
    Opened session = EventType.sessionOf(event).map(open::get).orElse(null);
    if (session == null) {
      return Background.NONE;
    }
    UnderWay command =
        switch (event) {
          case Event.ApprovalRequested e -> session.commands.get(e.command());
          case Event.ApprovalAnswered e -> session.commands.get(e.command());
          case Event.CommandCompleted e -> session.commands.get(e.command());
          case Event.ContentRecorded e -> session.commands.get(e.command());
          case Event.ValuesExposed e -> session.commands.get(e.command());
          default -> null;
        };
    return command == null
        ? new Background(Optional.of(session.event), Optional.empty(), List.of())
        : new Background(
            Optional.of(session.event), Optional.of(command.decided), command.approvers);
  }

  private @Nullable UnderWay underWay(SessionId session, long command) {
    Opened opened = open.get(session);
    return opened == null ? null : opened.commands.get(command);
  }

  /** From where the journal has to be read to know the same sessions again. */
  long from(long otherwise) {
    return open.values().stream().findFirst().map(Opened::sequence).orElse(otherwise);
  }
}
