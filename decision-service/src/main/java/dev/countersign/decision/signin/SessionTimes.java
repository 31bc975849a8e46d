package dev.countersign.decision.signin;

import java.time.Duration;

/**
 * How long a browser's session lives.
 *
 * @param idle after so long without a request it ends
 * @param lifetime after so long it ends whatever happens
 */
public record SessionTimes(Duration idle, Duration lifetime) {

  public static final SessionTimes DEFAULT =
      new SessionTimes(Duration.ofMinutes(30), Duration.ofHours(8));

  public SessionTimes {
    if (!idle.isPositive() || lifetime.compareTo(idle) < 0) {
      throw new IllegalArgumentException("a session lives at least as long as it may be idle");
    }
  }
}
