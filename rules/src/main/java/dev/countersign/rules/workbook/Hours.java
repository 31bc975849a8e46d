package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Set;

/**
 * Times of the week, in UTC.
 *
 * @param days on which of them
 * @param from the first minute of the day
 * @param until the minute after the last; midnight for the end of the day
 */
public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime until) {

  public static final Hours ALWAYS =
      new Hours(EnumSet.allOf(DayOfWeek.class), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

  public Hours {
    days = Set.copyOf(days);
    requireNonNull(from, "from");
    requireNonNull(until, "until");
    if (days.isEmpty()) {
      throw new IllegalArgumentException("hours have a day");
    }
    if (!until.equals(LocalTime.MIDNIGHT) && !from.isBefore(until)) {
      throw new IllegalArgumentException("hours end on the day they begin: " + from + "-" + until);
    }
  }

  public boolean cover(ZonedDateTime utc) {
    LocalTime time = utc.toLocalTime();
    return days.contains(utc.getDayOfWeek())
        && !time.isBefore(from)
        && (until.equals(LocalTime.MIDNIGHT) || time.isBefore(until));
  }
}
