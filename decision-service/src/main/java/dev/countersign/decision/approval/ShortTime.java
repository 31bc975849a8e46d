package dev.countersign.decision.approval;

import java.time.Duration;
import java.util.Locale;

/** Spans of time as whoever asks for them wrote them: {@code 4h}, {@code 1h30m}. */
public final class ShortTime {

  private ShortTime() {}

  public static String of(Duration time) {
    return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
