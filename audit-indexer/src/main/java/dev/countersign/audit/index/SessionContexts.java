package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is behind a session: later events name only its id. Filled from the journal, so that nothing
 * but the journal has to be kept. Not thread-safe.
 */
final class SessionContexts {

  /** Sessions of a process that died are never closed: the oldest give way to new ones. */
  private static final int LIMIT = 100_000;

  private record Opened(long sequence, Event.SessionOpened event) {}

  private final Path journal;
  private final Map<SessionId, Opened> open = new LinkedHashMap<>();

  SessionContexts(Path journal) {
    this.journal = journal;
  }

  /** Reads which sessions are open behind a sequence. */
  void restore(long from, long upTo) {
    if (upTo == 0) {
      return;
    }
    try (JournalReader reader = JournalReader.open(journal, from)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        if (next.get().sequence() > upTo) {
          return;
        }
        remember(next.get());
        forget(next.get());
      }
    }
  }

  /** Takes note of a session's begin. */
  void remember(RecordedEvent recorded) {
    if (recorded.event() instanceof Event.SessionOpened opened) {
      open.put(opened.session(), new Opened(recorded.sequence(), opened));
      if (open.size() > LIMIT) {
        open.remove(open.keySet().iterator().next());
      }
    }
  }

  /** Takes note of a session's end. */
  void forget(RecordedEvent recorded) {
    if (EventType.of(recorded.event()).endsSession()) {
      EventType.sessionOf(recorded.event()).ifPresent(open::remove);
    }
  }

  Optional<Event.SessionOpened> find(SessionId session) {
    return Optional.ofNullable(open.get(session)).map(Opened::event);
  }

  /** From where the journal has to be read to know the same sessions again. */
  long from(long otherwise) {
    return open.values().stream().findFirst().map(Opened::sequence).orElse(otherwise);
  }
}
