package dev.countersign.audit.index;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: longer after each failure, and never all at once. */
final class Backoff {

  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 15_000;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next() {
    long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    failures++;
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  void reset() {
    failures = 0;
  }

  boolean isFirstFailure() {
    return failures == 0;
  }
}
