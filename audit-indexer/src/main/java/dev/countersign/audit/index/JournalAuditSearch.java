package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the journal from its beginning for every question. */
final class JournalAuditSearch implements AuditSearch {

  private final Path journal;

  JournalAuditSearch(Path journal) {
    this.journal = journal;
  }

  /** A session while it is read. */
  private static final class Seen {
    final Event.SessionOpened opened;
    final Instant started;
    final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    @Nullable Instant ended;
    boolean hasMatchingCommand;

    Seen(Event.SessionOpened opened, Instant started) {
      this.opened = opened;
      this.started = started;
    }

    SessionSummary summary() {
      return new SessionSummary(opened, started, Optional.ofNullable(ended), Map.copyOf(verdicts));
    }
  }

  @Override
  public List<SessionSummary> sessions(AuditQuery query) {
    Map<SessionId, Seen> seen = new LinkedHashMap<>();
    forEach(recorded -> note(recorded, query, seen));
    List<SessionSummary> found = new ArrayList<>();
    for (Seen session : new ArrayList<>(seen.values()).reversed()) {
      boolean asksForCommands =
          query.verdict().isPresent()
              || query.rule().isPresent()
              || query.table().isPresent()
              || query.text().isPresent();
      if (found.size() < query.limit() && (!asksForCommands || session.hasMatchingCommand)) {
        found.add(session.summary());
      }
    }
    return found;
  }

  private static void note(RecordedEvent recorded, AuditQuery query, Map<SessionId, Seen> seen) {
    if (recorded.event() instanceof Event.SessionOpened opened) {
      boolean late = query.since().map(since -> !recorded.time().isBefore(since)).orElse(true);
      if (late && matches(query, opened)) {
        seen.put(opened.session(), new Seen(opened, recorded.time()));
      }
      return;
    }
    Seen session = EventType.sessionOf(recorded.event()).map(seen::get).orElse(null);
    if (session == null) {
      return;
    }
    if (recorded.event() instanceof Event.CommandDecided decided) {
      session.verdicts.merge(decided.verdict(), 1L, Long::sum);
      session.hasMatchingCommand |= matches(query, decided);
    } else if (recorded.event() instanceof Event.SessionClosed) {
      session.ended = recorded.time();
    }
  }

  @Override
  public List<RecordedEvent> session(SessionId session) {
    List<RecordedEvent> found = new ArrayList<>();
    forEach(
        recorded -> {
          if (EventType.sessionOf(recorded.event()).filter(session::equals).isPresent()) {
            found.add(recorded);
          }
        });
    return found;
  }

  @Override
  public List<FoundCommand> commands(AuditQuery query) {
    Map<SessionId, Event.SessionOpened> sessions = new HashMap<>();
    Deque<FoundCommand> newest = new ArrayDeque<>();
    boolean needsSession = query.user().isPresent() || query.resource().isPresent();
    forEach(
        recorded -> {
          if (recorded.event() instanceof Event.SessionOpened opened) {
            sessions.put(opened.session(), opened);
          }
          if (!(recorded.event() instanceof Event.CommandDecided decided)) {
            return;
          }
          Optional<Event.SessionOpened> session =
              Optional.ofNullable(sessions.get(decided.session()));
          boolean late = query.since().map(since -> !recorded.time().isBefore(since)).orElse(true);
          boolean who = session.map(opened -> matches(query, opened)).orElse(!needsSession);
          if (late && who && matches(query, decided)) {
            newest.addFirst(new FoundCommand(recorded, decided, session));
            if (newest.size() > query.limit()) {
              newest.removeLast();
            }
          }
        });
    return List.copyOf(newest);
  }

  private static boolean matches(AuditQuery query, Event.SessionOpened opened) {
    Subject subject = opened.subject();
    return query.session().map(opened.session()::equals).orElse(true)
        && query.resource().map(opened.resource()::equals).orElse(true)
        && query
            .user()
            .map(
                user ->
                    user.equals(subject.id())
                        || user.equals(subject.name())
                        || subject.onBehalfOf().filter(user::equals).isPresent())
            .orElse(true);
  }

  private static boolean matches(AuditQuery query, Event.CommandDecided decided) {
    String text = decided.text().toLowerCase(Locale.ROOT);
    return query.session().map(decided.session()::equals).orElse(true)
        && query.verdict().map(decided.verdict()::equals).orElse(true)
        && query
            .rule()
            .map(rule -> decided.rows().stream().anyMatch(row -> row.rule().equals(rule)))
            .orElse(true)
        && query
            .table()
            .map(
                table ->
                    decided.facts() instanceof CommandFacts.Sql sql
                        && sql.accesses().stream()
                            .anyMatch(access -> access.object().equals(table)))
            .orElse(true)
        && query.text().map(words -> containsAll(text, words)).orElse(true);
  }

  private static boolean containsAll(String text, String words) {
    for (String word : List.of(words.toLowerCase(Locale.ROOT).strip().split("\\s+", -1))) {
      if (!text.contains(word)) {
        return false;
      }
    }
    return true;
  }

  private void forEach(Consumer<RecordedEvent> visitor) {
    try (JournalReader reader = JournalReader.open(journal, 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        visitor.accept(next.get());
      }
    }
  }

  @Override
  public void close() {
    // Every question opens and closes its own files.
  }
}
