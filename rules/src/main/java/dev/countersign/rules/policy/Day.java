package dev.countersign.rules.policy;

import dev.countersign.rules.workbook.Workbook;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * One day in UTC, and what is worked out for it.
 *
 * @param begins its first millisecond since 1970
 * @param ends the first millisecond of the next day
 * @param decisions what was decided on it where nothing but the rows counts
 */
record Day(LocalDate date, long begins, long ends, Masks masks, Decisions decisions) {

  static Day of(long millis, Workbook workbook) {
    LocalDate date = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC).toLocalDate();
    return new Day(
        date,
        midnight(date),
        midnight(date.plusDays(1)),
        new Masks(workbook, date),
        new Decisions());
  }

  private static long midnight(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  boolean holds(long millis) {
    return begins <= millis && millis < ends;
  }
}
