package dev.countersign.decision.quota;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The most that one subject may do and take at one gateway. What is empty has no bound.
 *
 * @param commandsPerSecond commands judged; so many at once, and so many more with each second
 * @param rows rows of databases sent within the window
 * @param bytes bytes of rows, packs and responses sent within the window
 */
public record Caps(
    OptionalLong commandsPerSecond, OptionalLong rows, OptionalLong bytes, Duration window) {

  /** No bounds. */
  public static final Caps NONE =
      new Caps(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Duration.ofHours(1));

  public Caps {
    requireNonNull(window, "window");
    for (OptionalLong bound : new OptionalLong[] {commandsPerSecond, rows, bytes}) {
      if (bound.isPresent() && bound.getAsLong() < 1) {
        throw new IllegalArgumentException("a bound is at least 1: " + bound.getAsLong());
      }
    }
    if (window.compareTo(Duration.ofMinutes(1)) < 0) {
      throw new IllegalArgumentException("a window is a minute or longer: " + window);
    }
  }

  boolean isNone() {
    return commandsPerSecond.isEmpty() && rows.isEmpty() && bytes.isEmpty();
  }
}
