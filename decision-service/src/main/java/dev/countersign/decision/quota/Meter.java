package dev.countersign.decision.quota;

import dev.countersign.rules.pack.SlidingSum;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What one subject does and takes at this gateway, against the most it may. Safe for any number of
 * threads.
 */
public final class Meter {

  /** For subjects without bounds. */
  public static final Meter NONE = new Meter(Caps.NONE, () -> 0);

  private final Caps caps;
  private final boolean isOpen;
  private final LongSupplier nanoTime;
  private final SlidingSum rows;
  private final SlidingSum bytes;
  private final Optional<TokenBucket> commands;

  Meter(Caps caps, LongSupplier nanoTime) {
    this.caps = caps;
    this.isOpen = caps.isNone();
    this.nanoTime = nanoTime;
    this.rows = new SlidingSum(caps.window());
    this.bytes = new SlidingSum(caps.window());
    this.commands =
        caps.commandsPerSecond().isEmpty()
            ? Optional.empty()
            : Optional.of(bucket(caps.commandsPerSecond().getAsLong(), nanoTime.getAsLong()));
  }

  private static TokenBucket bucket(long perSecond, long now) {
    return new TokenBucket(perSecond, perSecond, now);
  }

  /** Whether it bounds nothing. */
  public boolean isOpen() {
    return isOpen;
  }

  /**
   * Counts a command.
   *
   * @return why it must not run; then it has not been counted
   */
  public synchronized Optional<String> command() {
    if (isOpen) {
      return Optional.empty();
    }
    long now = nanoTime.getAsLong();
    return over(rows.sum(millis(now)) + 1, bytes.sum(millis(now)) + 1)
        .or(() -> commands.flatMap(bucket -> bucket.take(now)).map(wait -> tooFast()));
  }

  /**
   * Counts what was sent to the subject.
   *
   * @return why nothing more must be sent
   */
  public synchronized Optional<String> sent(long newRows, long newBytes) {
    if (isOpen) {
      return Optional.empty();
    }
    long now = nanoTime.getAsLong();
    return over(rows.add(millis(now), newRows), bytes.add(millis(now), newBytes));
  }

  private String tooFast() {
    return "the limit of %d commands a second is reached"
        .formatted(caps.commandsPerSecond().orElseThrow());
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private Optional<String> over(long allRows, long allBytes) {
    if (caps.rows().isPresent() && allRows > caps.rows().getAsLong()) {
      return Optional.of(limit(caps.rows().getAsLong(), "rows"));
    }
    if (caps.bytes().isPresent() && allBytes > caps.bytes().getAsLong()) {
      return Optional.of(limit(caps.bytes().getAsLong(), "bytes"));
    }
    return Optional.empty();
  }

  private String limit(long most, String what) {
    return "the limit of %d %s in %s is reached".formatted(most, what, words(caps.window()));
  }

  private static String words(Duration window) {
    return window.toMinutes() == 60 ? "an hour" : window.toMinutes() + " minutes";
  }

  /** Whether it is as a new one would be. */
  synchronized boolean isIdle() {
    long now = nanoTime.getAsLong();
    return commands.stream().allMatch(bucket -> bucket.isFull(now))
        && rows.sum(millis(now)) == 0
        && bytes.sum(millis(now)) == 0;
  }
}
