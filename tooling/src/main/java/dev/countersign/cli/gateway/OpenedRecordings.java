package dev.countersign.cli.gateway;

import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.cli.gateway.RecentEvents.Extent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The recordings that were looked at last, as far as they went then, so that what comes after the
 * first page of one is not read from the disk again from its begin. Safe for any number of threads.
 */
final class OpenedRecordings {

  private static final int MOST_RECORDINGS = 8;

  /** Longer recordings are not kept. */
  private static final int MOST_EVENTS = 20_000;

  /** Reads a part of a recording. */
  @FunctionalInterface
  interface Reading {
    List<RecordedEvent> read(SessionId id, Extent part);
  }

  private final Reading reading;
  private final LinkedHashMap<SessionId, List<RecordedEvent>> kept = new LinkedHashMap<>();

  OpenedRecordings(Reading reading) {
    this.reading = reading;
  }

  /** Everything of a recording that goes so far. */
  List<RecordedEvent> read(SessionId id, Extent extent) {
    List<RecordedEvent> known = known(id);
    long from = known.isEmpty() ? extent.first() : known.getLast().sequence() + 1;
    if (from > extent.last()) {
      return known;
    }
    List<RecordedEvent> all = new ArrayList<>(known);
    all.addAll(reading.read(id, new Extent(from, extent.last())));
    List<RecordedEvent> whole = List.copyOf(all);
    keep(id, whole);
    return whole;
  }

  private synchronized List<RecordedEvent> known(SessionId id) {
    return kept.getOrDefault(id, List.of());
  }

  private synchronized void keep(SessionId id, List<RecordedEvent> events) {
    kept.remove(id);
    if (events.size() <= MOST_EVENTS) {
      kept.put(id, events);
    }
    while (kept.size() > MOST_RECORDINGS) {
      kept.pollFirstEntry();
    }
  }
}
