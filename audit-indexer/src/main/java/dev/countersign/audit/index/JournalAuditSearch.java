package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the journal from its beginning for every question. */
final class JournalAuditSearch implements AuditSearch {

  private static final UUID NO_JOURNAL = new UUID(0, 0);

  private final StoredJournal journal;

  JournalAuditSearch(StoredJournal journal) {
    this.journal = journal;
  }

  /** A session while it is read. */
  private static final class Seen {
    final Event.SessionOpened opened;
    final Instant started;
    final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    @Nullable Instant ended;
    boolean isWanted;

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
    forEach(
        (recorded, background) -> {
          if (recorded.event() instanceof Event.SessionOpened opened) {
            seen.put(opened.session(), new Seen(opened, recorded.time()));
          }
          Seen session = EventType.sessionOf(recorded.event()).map(seen::get).orElse(null);
          if (session == null) {
            return;
          }
          session.isWanted = session.isWanted || matches(query, recorded, background);
          if (recorded.event() instanceof Event.CommandDecided decided) {
            session.verdicts.merge(decided.verdict(), 1L, Long::sum);
          } else if (recorded.event() instanceof Event.SessionClosed) {
            session.ended = recorded.time();
          }
        });
    return new ArrayList<>(seen.values())
        .reversed().stream()
            .filter(session -> session.isWanted)
            .limit(query.limit())
            .map(Seen::summary)
            .toList();
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
  public List<Found> find(AuditQuery query) {
    Map<SessionId, Event.SessionOpened> sessions = new HashMap<>();
    LinkedHashMap<String, RecordedEvent> newest = new LinkedHashMap<>();
    forEach(
        (recorded, background) -> {
          background.session().ifPresent(opened -> sessions.put(opened.session(), opened));
          if (matches(query, recorded, background)) {
            String group =
                DecisionId.of(recorded.event()).orElseGet(() -> "#" + recorded.sequence());
            newest.remove(group);
            newest.put(group, recorded);
            if (newest.size() > query.limit()) {
              newest.pollFirstEntry();
            }
          }
        });
    Map<String, RecordedEvent> decided = decided(newest.values());
    List<Found> found = new ArrayList<>();
    for (RecordedEvent event : newest.sequencedValues().reversed()) {
      Optional<Event.SessionOpened> session = EventType.sessionOf(event.event()).map(sessions::get);
      found.add(
          new Found(
              event,
              DecisionId.of(event.event())
                  .map(decided::get)
                  .map(
                      decision ->
                          new FoundCommand(
                              decision, (Event.CommandDecided) decision.event(), session)),
              session));
    }
    return found;
  }

  /** Read again: to keep the decision of every command that might match would take any memory. */
  private Map<String, RecordedEvent> decided(Iterable<RecordedEvent> events) {
    Map<String, RecordedEvent> decided = new HashMap<>();
    Set<String> missing = new LinkedHashSet<>();
    for (RecordedEvent event : events) {
      Optional<String> decision = DecisionId.of(event.event());
      if (event.event() instanceof Event.CommandDecided) {
        decision.ifPresent(id -> decided.put(id, event));
      } else {
        decision.ifPresent(missing::add);
      }
    }
    if (!missing.isEmpty()) {
      forEach(
          recorded -> {
            if (recorded.event() instanceof Event.CommandDecided) {
              DecisionId.of(recorded.event())
                  .filter(missing::contains)
                  .ifPresent(id -> decided.put(id, recorded));
            }
          });
    }
    return decided;
  }

  @Override
  public Map<String, RowHits> hits(Instant since) {
    Map<String, RowHits> hits = new HashMap<>();
    forEach(
        recorded -> {
          if (!recorded.time().isBefore(since)) {
            RowHits.count(recorded, hits);
          }
        });
    return hits;
  }

  private static boolean matches(AuditQuery query, RecordedEvent recorded, Background background) {
    if (query.since().filter(since -> recorded.time().isBefore(since)).isPresent()
        || query.until().filter(until -> !recorded.time().isBefore(until)).isPresent()) {
      return false;
    }
    JsonNode document = EventDocument.searchable(NO_JOURNAL, recorded, background);
    return DocumentMatch.matches(query.what(), document);
  }

  /** Is given every event, and what it is about. */
  @FunctionalInterface
  private interface Visitor {
    void visit(RecordedEvent recorded, Background background);
  }

  private void forEach(Visitor visitor) {
    SessionContexts sessions = new SessionContexts(journal);
    forEach(recorded -> visitor.visit(recorded, sessions.follow(recorded)));
  }

  private void forEach(Consumer<RecordedEvent> visitor) {
    try (JournalReader reader = journal.read(1)) {
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
