package dev.countersign.audit.index;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The index an event belongs to: the alias and the UTC month of the event, e.g. {@code
 * countersign-audit-2026.11}.
 *
 * <p>It depends on the event alone. Were it the newest index behind a write alias, an event sent
 * again after a rollover would be stored twice, for ids are unique in one index only.
 */
record IndexName(String value) {

  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu.MM", Locale.ROOT).withZone(ZoneOffset.UTC);

  static IndexName of(String alias, Instant time) {
    return new IndexName(alias + "-" + MONTH.format(time));
  }

  /** Matches every index of that alias. */
  static String pattern(String alias) {
    return alias + "-*";
  }

  @Override
  public String toString() {
    return value;
  }
}
