package dev.countersign.decision.http;

import java.time.Duration;
import java.util.Optional;

/**
 * Calls that may be made now: each takes one out, time puts them in, up to what half a minute
 * brings. Guarded by itself.
 */
final class CallBucket {

  private static final double BURST_MINUTES = 0.5;

  private final double size;
  private final double perNano;
  private double tokens;
  private long filled;

  CallBucket(int perMinute, long now) {
    this.size = Math.max(1, perMinute * BURST_MINUTES);
    this.perNano = perMinute / (double) Duration.ofMinutes(1).toNanos();
    this.tokens = size;
    this.filled = now;
  }

  synchronized Optional<Duration> take(long now) {
    fill(now);
    if (tokens >= 1) {
      tokens--;
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano)));
  }

  synchronized boolean isFull(long now) {
    fill(now);
    return tokens >= size;
  }

  private void fill(long now) {
    tokens = Math.min(size, tokens + (now - filled) * perNano);
    filled = now;
  }
}
