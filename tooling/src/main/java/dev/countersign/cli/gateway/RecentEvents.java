package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.audit.index.AuditSearch.SessionSummary;
import dev.countersign.audit.index.RowHits;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest commands and sessions of a journal. What is forgotten for want of room is forgotten in
 * the order of time, and that it is, is known. Not thread-safe.
 */
final class RecentEvents {

  private static final int MOST_COMMANDS = 10_000;
  private static final long MOST_CHARACTERS = 8L << 20;
  private static final int MOST_SESSIONS = 5_000;

  /** The pages look back a week; what retention destroys must not live on here. */
  private static final Duration KEPT = Duration.ofDays(8);

  /** From which sequence to which. */
  record Extent(long first, long last) {}

  /** A session while it is followed. */
  private static final class Seen {
    final Event.SessionOpened opened;
    final Instant started;
    final long first;
    final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    @Nullable Instant ended;
    long last;
    Instant lastTime;

    Seen(Event.SessionOpened opened, RecordedEvent begin) {
      this.opened = opened;
      this.started = begin.time();
      this.first = begin.sequence();
      this.last = first;
      this.lastTime = started;
    }

    /** Threads that record at once may tell of it in another order. */
    void goOn(RecordedEvent event) {
      last = Math.max(last, event.sequence());
      lastTime = later(lastTime, event.time());
    }

    SessionSummary summary() {
      return new SessionSummary(opened, started, Optional.ofNullable(ended), Map.copyOf(verdicts));
    }
  }

  private final Deque<FoundCommand> commands = new ArrayDeque<>();
  private final LinkedHashMap<SessionId, Seen> sessions = new LinkedHashMap<>();
  private final Instant since;
  private long characters;
  private Instant forgottenCommands;
  private Instant forgottenSessions;

  /**
   * @param since what happened until then is not here
   */
  RecentEvents(Instant since) {
    this.since = since;
    this.forgottenCommands = since;
    this.forgottenSessions = since;
  }

  /** Says that what happened until then is not here. */
  void forget(Instant until) {
    forgottenCommands = later(forgottenCommands, until);
    forgottenSessions = later(forgottenSessions, until);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  void take(RecordedEvent recorded) {
    Optional<SessionId> id = EventType.sessionOf(recorded.event());
    if (id.isEmpty()) {
      return;
    }
    if (recorded.event() instanceof Event.SessionOpened opened) {
      open(id.get(), new Seen(opened, recorded));
    }
    Optional<Seen> session = Optional.ofNullable(sessions.get(id.get()));
    session.ifPresent(seen -> seen.goOn(recorded));
    if (recorded.event() instanceof Event.CommandDecided decided) {
      session.ifPresent(seen -> seen.verdicts.merge(decided.verdict(), 1L, Long::sum));
      add(new FoundCommand(recorded, decided, session.map(seen -> seen.opened)));
    } else if (recorded.event() instanceof Event.SessionClosed) {
      session.ifPresent(seen -> seen.ended = recorded.time());
    }
  }

  private void open(SessionId id, Seen session) {
    sessions.put(id, session);
    Instant oldest = session.started.minus(KEPT);
    while (sessions.size() > MOST_SESSIONS
        || sessions.firstEntry().getValue().started.isBefore(oldest)) {
      Seen gone = sessions.pollFirstEntry().getValue();
      forgottenSessions = later(forgottenSessions, gone.lastTime);
    }
  }

  private void add(FoundCommand command) {
    commands.addLast(command);
    characters += size(command);
    Instant oldest = command.recorded().time().minus(KEPT);
    while (commands.size() > MOST_COMMANDS
        || characters > MOST_CHARACTERS
        || (!commands.isEmpty() && commands.getFirst().recorded().time().isBefore(oldest))) {
      FoundCommand gone = commands.removeFirst();
      characters -= size(gone);
      forgottenCommands = later(forgottenCommands, gone.recorded().time());
    }
  }

  private static long size(FoundCommand command) {
    long size = command.decided().text().length();
    for (Optional<String> value : command.decided().parameters()) {
      size += value.map(String::length).orElse(0);
    }
    return size;
  }

  /** Takes what came after all that is here. */
  void takeAll(RecentEvents later) {
    later.commands.forEach(this::add);
    later.sessions.forEach(this::open);
    if (later.forgottenCommands.isAfter(later.since)) {
      forgottenCommands = later(forgottenCommands, later.forgottenCommands);
    }
    if (later.forgottenSessions.isAfter(later.since)) {
      forgottenSessions = later(forgottenSessions, later.forgottenSessions);
    }
  }

  Optional<List<FoundCommand>> commands(Instant since, int limit) {
    List<FoundCommand> found = new ArrayList<>();
    Iterator<FoundCommand> newest = commands.descendingIterator();
    while (newest.hasNext() && found.size() < limit) {
      FoundCommand command = newest.next();
      if (!command.recorded().time().isBefore(since)) {
        found.add(command);
      }
    }
    return found.size() == limit || since.isAfter(forgottenCommands)
        ? Optional.of(found)
        : Optional.empty();
  }

  Optional<Map<String, RowHits>> hits(Instant since) {
    if (!since.isAfter(forgottenCommands)) {
      return Optional.empty();
    }
    Map<String, RowHits> hits = new HashMap<>();
    for (FoundCommand command : commands) {
      if (!command.recorded().time().isBefore(since)) {
        RowHits.count(command.recorded(), hits);
      }
    }
    return Optional.of(hits);
  }

  Optional<List<SessionSummary>> sessions(Instant since, int limit) {
    List<SessionSummary> found =
        sessions.sequencedValues().reversed().stream()
            .filter(session -> !session.lastTime.isBefore(since))
            .limit(limit)
            .map(Seen::summary)
            .toList();
    return found.size() == limit || since.isAfter(forgottenSessions)
        ? Optional.of(found)
        : Optional.empty();
  }

  /** Where in the journal a session is. */
  Optional<Extent> extent(SessionId id) {
    return Optional.ofNullable(sessions.get(id)).map(seen -> new Extent(seen.first, seen.last));
  }
}
