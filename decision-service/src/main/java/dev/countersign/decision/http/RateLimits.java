package dev.countersign.decision.http;

import dev.countersign.decision.quota.TokenBucket;
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

  private record Key(String issuer, String id, Route.Kind kind) {}

  private final ApiConfig.CallLimits limits;
  private final LongSupplier nanoTime;
  private final Map<Key, TokenBucket> buckets = new ConcurrentHashMap<>();

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
            new Key(subject.issuer(), subject.id(), kind), key -> bucket(limit(kind), now))
        .take(now);
  }

  int size() {
    return buckets.size();
  }

  /** As many calls at once as half a minute brings. */
  private static TokenBucket bucket(int perMinute, long now) {
    return new TokenBucket(perMinute / 2.0, perMinute / 60.0, now);
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
