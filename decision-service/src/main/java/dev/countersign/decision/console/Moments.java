package dev.countersign.decision.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times in words. All are UTC. */
final class Moments {

  private static final DateTimeFormatter WHOLE =
      DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Moments() {}

  static String whole(Instant at) {
    return WHOLE.format(at);
  }

  static String day(Instant at) {
    return DAY.format(at);
  }

  /** How long ago, or from now. The script on the page keeps it true. */
  static String relative(Instant at) {
    Duration since = Duration.between(at, Instant.now());
    return since.isNegative() ? "in " + length(since.negated()) : length(since) + " ago";
  }

  /** The largest unit that fits. */
  static String length(Duration duration) {
    if (duration.toMinutes() < 1) {
      return duration.toSeconds() + " s";
    }
    if (duration.toHours() < 1) {
      return duration.toMinutes() + " min";
    }
    return duration.toDays() < 2 ? duration.toHours() + " h" : duration.toDays() + " days";
  }
}
