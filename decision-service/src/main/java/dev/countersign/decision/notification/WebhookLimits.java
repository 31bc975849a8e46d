package dev.countersign.decision.notification;

import java.time.Duration;

/**
 * How long a receiver is asked to listen.
 *
 * @param attempts after which a message is given up
 * @param firstPause between the first attempt and the second; each next pause is twice as long, an
 *     hour at most
 * @param timeout of one attempt
 * @param pollInterval how often messages are looked for
 */
public record WebhookLimits(
    int attempts, Duration firstPause, Duration timeout, Duration pollInterval) {

  public static final WebhookLimits DEFAULT =
      new WebhookLimits(10, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMillis(500));

  private static final Duration LONGEST = Duration.ofHours(1);

  public WebhookLimits {
    if (attempts < 1
        || !firstPause.isPositive()
        || !timeout.isPositive()
        || !pollInterval.isPositive()) {
      throw new IllegalArgumentException("limits are positive");
    }
  }

  /** How long to wait after so many attempts. */
  Duration pauseAfter(int made) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(made - 1, 20));
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }
}
