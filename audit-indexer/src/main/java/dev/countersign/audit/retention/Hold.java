package dev.countersign.audit.retention;

import dev.countersign.audit.journal.Shredding;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A legal hold: nothing that was recorded between two moments is destroyed.
 *
 * @param name unique in its journal
 * @param by who placed it
 */
public record Hold(String name, Instant from, Instant until, String by, String reason) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  public Hold {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a hold is named with small letters, digits, points and dashes, not " + name);
    }
    if (!from.isBefore(until)) {
      throw new IllegalArgumentException("a hold ends after it begins: " + from + " to " + until);
    }
    if (reason.isBlank()) {
      throw new IllegalArgumentException("a hold needs a reason");
    }
  }

  boolean covers(Shredding.Closed segment) {
    return covers(segment.begun(), segment.ended());
  }

  boolean covers(Instant begun, Instant ended) {
    return begun.isBefore(until) && ended.isAfter(from);
  }
}
