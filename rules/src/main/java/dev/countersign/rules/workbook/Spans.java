package dev.countersign.rules.workbook;

import java.time.Duration;
import java.util.Optional;

/** Spans of time as people write them: {@code 15 minutes}, {@code 2 hours}, {@code 5 days}. */
final class Spans {

  private Spans() {}

  static Optional<Duration> parse(String cell) {
    String[] words = cell.split(" ", -1);
    if (words.length != 2 || words[0].length() > 4 || !isNumber(words[0])) {
      return Optional.empty();
    }
    int count = Integer.parseInt(words[0]);
    return switch (words[1]) {
      case "minute", "minutes" -> Optional.of(Duration.ofMinutes(count));
      case "hour", "hours" -> Optional.of(Duration.ofHours(count));
      case "day", "days" -> Optional.of(Duration.ofDays(count));
      default -> Optional.empty();
    };
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  static String format(Duration span) {
    if (span.toHours() > 24 && span.equals(Duration.ofDays(span.toDays()))) {
      return plural(span.toDays(), "day");
    }
    return span.equals(Duration.ofHours(span.toHours()))
        ? plural(span.toHours(), "hour")
        : plural(span.toMinutes(), "minute");
  }

  private static String plural(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
