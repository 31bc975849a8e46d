package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.RecordedEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a journal as its writer knows them, for followers in the same process that
 * keep up: they need not read, check, decrypt and decode again what was just written. Whoever does
 * not keep up reads the files. Safe for any number of threads.
 */
public final class Tail {

  static final int MOST_EVENTS = 16_384;
  static final long MOST_BYTES = 16L << 20;

  /** An event and how long it is in the journal. */
  private record Kept(RecordedEvent event, int bytes) {}

  // Guarded by this. Every sequence from first until next has its place, modulo the length.
  private final @Nullable Kept[] kept = new @Nullable Kept[MOST_EVENTS];
  private long first;
  private long next;
  private long bytes;

  /**
   * @param last the sequence of the last event before it
   */
  Tail(long last) {
    first = last + 1;
    next = first;
  }

  /** Takes an event that is written. */
  synchronized void add(RecordedEvent event, int length) {
    boolean isNext = event.sequence() == next;
    while (first < next
        && (!isNext || next - first == MOST_EVENTS || bytes + length > MOST_BYTES)) {
      forget();
    }
    next = event.sequence() + 1;
    if (length > MOST_BYTES) {
      first = next;
      return;
    }
    if (bytes == 0) {
      first = event.sequence();
    }
    kept[place(event.sequence())] = new Kept(event, length);
    bytes += length;
  }

  private void forget() {
    bytes -= requireNonNull(kept[place(first)]).bytes;
    kept[place(first)] = null;
    first++;
  }

  private static int place(long sequence) {
    return (int) (sequence % MOST_EVENTS);
  }

  /** The event of that sequence, if it is still here. */
  synchronized Optional<RecordedEvent> at(long sequence) {
    return first <= sequence && sequence < next
        ? Optional.of(requireNonNull(kept[place(sequence)]).event)
        : Optional.empty();
  }

  /** Whether an event of that sequence would be the next to be written: there is none yet. */
  synchronized boolean awaits(long sequence) {
    return sequence == next;
  }
}
