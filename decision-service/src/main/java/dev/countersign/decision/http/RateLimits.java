package dev.countersign.decision.http;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How often each subject may call this gateway. A bucket a subject and kind of call: a call takes a
 * token out, time puts tokens in, up to what half a minute brings. Safe for any number of threads.
 */
final class RateLimits {

  /** So many buckets are kept before those that are full, as new ones would be, are dropped. */
  private static final int KEPT = 10_000;

  private static final double BURST_MINUTES = 0.5;

  private record Key(String issuer, String id, Route.Kind kind) {}

  /** Guarded by itself. */
  private static final class Bucket {

    private final double size;
    private final double perNano;
    private double tokens;
    private long filled;

    Bucket(int perMinute, long now) {
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

  private final ApiConfig.CallLimits limits;
  private final LongSupplier nanoTime;
  private final Map<Key, Bucket> buckets = new ConcurrentHashMap<>();

  RateLimits(ApiConfig.CallLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts a call.
   *
   * @return empty if it may be made; otherwise after what time it may
   */
  Optional<Duration> take(Subject subject, Route.Kind kind) {
    long now = nanoTime.getAsLong();
    if (buckets.size() >= KEPT) {
      buckets.values().removeIf(bucket -> bucket.isFull(now));
    }
    return buckets
        .computeIfAbsent(
            new Key(subject.issuer(), subject.id(), kind), key -> new Bucket(limit(kind), now))
        .take(now);
  }

  int size() {
    return buckets.size();
  }

  /** Calls a minute. */
  int limit(Route.Kind kind) {
    return switch (kind) {
      case OPEN, READ -> limits.reads();
      case CHANGE -> limits.changes();
      case QUESTION -> limits.questions();
    };
  }
}
