package dev.countersign.rules.pack;

import dev.countersign.rules.fact.Activity;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What one subject did. Safe for threads. */
final class History {

  /** Of how many earlier hours the usual one is found. */
  private static final int HOURS = 72;

  private static final int MOST_TABLES = 1_000;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final SlidingSum commandsSecond = new SlidingSum(Duration.ofSeconds(1));
  private final SlidingSum commandsMinute = new SlidingSum(Duration.ofMinutes(1));
  private final SlidingSum commandsHour = new SlidingSum(Duration.ofHours(1));
  private final SlidingSum blocks = new SlidingSum(Duration.ofMinutes(1));
  private final SlidingSum guesses = new SlidingSum(Duration.ofMinutes(10));
  private final SlidingSum rows = new SlidingSum(Duration.ofHours(1));
  private final SlidingSum bytes = new SlidingSum(Duration.ofHours(1));

  /** Rows read in each earlier hour of the clock in which any were. */
  private final Deque<Long> hours = new ArrayDeque<>();

  private int openSessions;
  private long currentHour;
  private long currentRows;

  /** The least recently used goes first: it will be taken for new again. */
  private final Set<String> tables =
      Collections.newSetFromMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_TABLES;
            }
          });

  synchronized void opened() {
    openSessions++;
  }

  /** What was opened before this subject was forgotten is not counted. */
  synchronized void closed() {
    openSessions = Math.max(0, openSessions - 1);
  }

  synchronized void decided(long now, boolean blocked) {
    commandsSecond.add(now, 1);
    commandsMinute.add(now, 1);
    commandsHour.add(now, 1);
    if (blocked) {
      blocks.add(now, 1);
    }
  }

  synchronized void completed(String resource, Set<String> used) {
    used.forEach(table -> tables.add(key(resource, table)));
  }

  synchronized void took(long now, long newRows, long newBytes) {
    closeHour(now);
    currentRows += newRows;
    rows.add(now, newRows);
    bytes.add(now, newBytes);
  }

  synchronized void guessed(long now) {
    guesses.add(now, 1);
  }

  synchronized Activity activity(long now, String resource, Set<String> used) {
    closeHour(now);
    ZonedDateTime time = Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC);
    DayOfWeek day = time.getDayOfWeek();
    return new Activity(
        openSessions,
        commandsSecond.sum(now),
        commandsMinute.sum(now),
        commandsHour.sum(now),
        blocks.sum(now),
        guesses.sum(now),
        rows.sum(now),
        bytes.sum(now),
        median(),
        hours.size(),
        used.stream()
            .filter(table -> !tables.contains(key(resource, table)))
            .collect(Collectors.toSet()),
        time.getHour(),
        day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY);
  }

  private static String key(String resource, String table) {
    return resource + ":" + table;
  }

  private void closeHour(long now) {
    long hour = now / HOUR;
    if (hour == currentHour) {
      return;
    }
    if (currentRows > 0) {
      hours.addLast(currentRows);
      if (hours.size() > HOURS) {
        hours.removeFirst();
      }
    }
    currentHour = hour;
    currentRows = 0;
  }

  private long median() {
    long[] sorted = hours.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
