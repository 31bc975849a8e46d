package dev.countersign.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Moments and spans of time of the API's answers as people read them. */
public final class Moment {

  private Moment() {}

  /** To the second, in UTC; whatever is no moment stays as it is. */
  public static String of(JsonNode moment) {
    String text = moment.asText("");
    try {
      return Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException e) {
      return text;
    }
  }

  /** Such as {@code 4h} or {@code 1h30m}; whatever is no duration stays as it is. */
  public static String time(JsonNode duration) {
    String text = duration.asText("");
    try {
      return Duration.parse(text).toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    } catch (DateTimeException e) {
      return text;
    }
  }
}
