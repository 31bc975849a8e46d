package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.audit.index.AuditSearch.SessionSummary;
import dev.countersign.audit.index.RowHits;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.gateway.RecentEvents.Extent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal that remembers the newest of what goes through it, so that nobody reads all of it from
 * the disk to look at that. What it does not remember whole it does not answer. Safe for any number
 * of threads.
 */
final class RecentRecord implements Journal {

  private static final Logger log = LoggerFactory.getLogger(RecentRecord.class);

  /** So many events of before the start are read. */
  private static final long RECALLED = 100_000;

  private final Journal journal;
  private final StoredJournal stored;
  private final InstantSource clock;

  private final OpenedRecordings opened = new OpenedRecordings(this::read);

  /** Guarded by this. */
  private RecentEvents recent;

  RecentRecord(Journal journal, StoredJournal stored, InstantSource clock) {
    this.journal = journal;
    this.stored = stored;
    this.clock = clock;
    this.recent = new RecentEvents(clock.instant());
  }

  /**
   * Reads what was recorded before the start, on a thread of its own.
   *
   * @param last the sequence of the last event before it
   */
  void recall(long last) {
    Thread.ofVirtual().name("recall").start(() -> readBefore(last));
  }

  private void readBefore(long last) {
    long from = Math.max(1, last - RECALLED + 1);
    RecentEvents before = new RecentEvents(Instant.MIN);
    try (JournalReader reader = stored.read(from)) {
      Optional<RecordedEvent> next = reader.poll();
      if (from > 1) {
        before.forget(next.map(RecordedEvent::time).orElse(Instant.MAX));
      }
      for (; next.filter(e -> e.sequence() <= last).isPresent(); next = reader.poll()) {
        before.take(next.get());
      }
    } catch (JournalException e) {
      log.atWarn().setCause(e).log("what was recorded before this start is read when it is wanted");
      return;
    }
    synchronized (this) {
      before.takeAll(recent);
      recent = before;
    }
  }

  /** The newest commands since then; empty if not all of them are remembered. */
  synchronized Optional<List<FoundCommand>> commands(Instant since, int limit) {
    return recent.commands(since, limit);
  }

  /** What each row did since then; empty as for commands. */
  synchronized Optional<Map<String, RowHits>> hits(Instant since) {
    return recent.hits(since);
  }

  /** The newest sessions of which something happened since then; empty as for commands. */
  synchronized Optional<List<SessionSummary>> sessions(Instant since, int limit) {
    return recent.sessions(since, limit);
  }

  /** Everything of a session in order; empty if its begin is not remembered. */
  Optional<List<RecordedEvent>> session(SessionId id) {
    Optional<Extent> extent;
    synchronized (this) {
      extent = recent.extent(id);
    }
    return extent.map(known -> opened.read(id, known));
  }

  private List<RecordedEvent> read(SessionId id, Extent extent) {
    List<RecordedEvent> events = new ArrayList<>();
    try (JournalReader reader = stored.read(extent.first())) {
      var next = reader.poll();
      for (; next.filter(e -> e.sequence() <= extent.last()).isPresent(); next = reader.poll()) {
        if (EventType.sessionOf(next.get().event()).filter(id::equals).isPresent()) {
          events.add(next.get());
        }
      }
    }
    return events;
  }

  @Override
  public long append(Event event) {
    long sequence = journal.append(event);
    RecordedEvent recorded = new RecordedEvent(sequence, 0, clock.instant(), event);
    synchronized (this) {
      recent.take(recorded);
    }
    return sequence;
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
