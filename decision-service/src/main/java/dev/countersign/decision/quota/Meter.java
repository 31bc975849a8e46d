package dev.countersign.decision.quota;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What one subject does and takes at this gateway, against the most it may. Safe for any number of
 * threads.
 */
public final class Meter {

  /** For subjects without bounds. */
  public static final Meter NONE = new Meter(Caps.NONE, () -> 0);

  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private final Caps caps;
  private final boolean isOpen;
  private final LongSupplier nanoTime;
  private final SlidingSum rows;
  private final SlidingSum bytes;
  private double tokens;
  private long filled;

  Meter(Caps caps, LongSupplier nanoTime) {
    this.caps = caps;
    this.isOpen = caps.isNone();
    this.nanoTime = nanoTime;
    this.rows = new SlidingSum(caps.window());
    this.bytes = new SlidingSum(caps.window());
    this.tokens = caps.commandsPerSecond().orElse(0);
    this.filled = nanoTime.getAsLong();
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
    Optional<String> taken = over(rows.sum(now) + 1, bytes.sum(now) + 1);
    if (taken.isPresent() || caps.commandsPerSecond().isEmpty()) {
      return taken;
    }
    long most = caps.commandsPerSecond().getAsLong();
    tokens = Math.min((double) most, tokens + (now - filled) * most / NANOS_PER_SECOND);
    filled = now;
    if (tokens < 1) {
      return Optional.of("the limit of " + most + " commands a second is reached");
    }
    tokens--;
    return Optional.empty();
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
    return over(rows.add(now, newRows), bytes.add(now, newBytes));
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
    boolean isFull = caps.commandsPerSecond().isEmpty() || now - filled > (long) NANOS_PER_SECOND;
    return isFull && rows.sum(now) == 0 && bytes.sum(now) == 0;
  }
}
