package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Something that is looked up at most every so often, for all readers. Whoever comes while it is
 * looked up waits for it.
 */
final class Remembered<T> {

  /** Looks it up. */
  @FunctionalInterface
  interface Source<T> {
    T asOf(Instant now) throws IOException;
  }

  private final Duration fresh;
  private final Source<T> source;
  private final ReentrantLock lock = new ReentrantLock();
  private Instant lookedUp = Instant.MIN;
  private @Nullable T value;

  /**
   * @param fresh for how long what was looked up is told again
   */
  Remembered(Duration fresh, Source<T> source) {
    this.fresh = requireNonNull(fresh, "fresh");
    this.source = requireNonNull(source, "source");
  }

  T get() throws IOException {
    lock.lock();
    try {
      Instant now = Instant.now();
      T known = value;
      if (known != null && lookedUp.isAfter(now.minus(fresh))) {
        return known;
      }
      T found = source.asOf(now);
      value = found;
      lookedUp = now;
      return found;
    } finally {
      lock.unlock();
    }
  }
}
