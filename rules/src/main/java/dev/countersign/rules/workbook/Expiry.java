package dev.countersign.rules.workbook;

import java.time.Duration;
import java.util.Optional;

/** The words of the column Expires. */
final class Expiry {

  static final String EXAMPLES = "1 minute to 24 hours, such as 15 minutes or 2 hours";

  private Expiry() {}

  static Optional<Duration> parse(String cell) {
    String[] words = cell.split(" ", -1);
    if (words.length != 2 || words[0].length() > 4 || !isNumber(words[0])) {
      return Optional.empty();
    }
    int count = Integer.parseInt(words[0]);
    Optional<Duration> duration =
        switch (words[1]) {
          case "minute", "minutes" -> Optional.of(Duration.ofMinutes(count));
          case "hour", "hours" -> Optional.of(Duration.ofHours(count));
          default -> Optional.empty();
        };
    return duration.filter(
        time -> time.isPositive() && time.compareTo(Ruling.Approve.LONGEST_EXPIRY) <= 0);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  static String format(Duration duration) {
    long minutes = duration.toMinutes();
    boolean hours = minutes % 60 == 0;
    long count = hours ? minutes / 60 : minutes;
    return count + (hours ? " hour" : " minute") + (count == 1 ? "" : "s");
  }
}
