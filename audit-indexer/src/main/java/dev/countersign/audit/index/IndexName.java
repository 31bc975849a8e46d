package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The index an event belongs to: the alias, the UTC month of the event, and which ten million of
 * its journal it is in, e.g. {@code countersign-audit-2026.11-0000}. So an index ends by age and by
 * size.
 *
 * <p>It depends on the event alone. Were it the newest index behind a write alias, an event sent
 * again after a rollover would be stored twice, for ids are unique in one index only.
 */
record IndexName(String alias, YearMonth month, long block) {

  static final long EVENTS = 10_000_000;

  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu.MM", Locale.ROOT);
  private static final Pattern TAIL = Pattern.compile("(\\d{4}\\.\\d{2})-(\\d{4,18})");

  static IndexName of(String alias, Instant time, long sequence) {
    return new IndexName(
        alias, YearMonth.from(time.atOffset(ZoneOffset.UTC)), (sequence - 1) / EVENTS);
  }

  /** The name in a cluster; empty if it is not one of ours. */
  static Optional<IndexName> read(String alias, String name) {
    if (!name.startsWith(alias + "-")) {
      return Optional.empty();
    }
    Matcher tail = TAIL.matcher(name.substring(alias.length() + 1));
    try {
      return tail.matches()
          ? Optional.of(
              new IndexName(
                  alias, YearMonth.parse(tail.group(1), MONTH), Long.parseLong(tail.group(2))))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Those that are in the cluster, the oldest first. */
  static List<String> existing(ElasticsearchClient client, String alias) throws IOException {
    return client
        .indices()
        .get(get -> get.index(pattern(alias)).allowNoIndices(true))
        .result()
        .keySet()
        .stream()
        .filter(name -> read(alias, name).isPresent())
        .sorted()
        .toList();
  }

  /** Matches every index of that alias. */
  static String pattern(String alias) {
    return alias + "-*";
  }

  /** Whether no event in it has to be kept any more. */
  boolean isExpired(Instant now, Duration retention) {
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return end.plus(retention).isBefore(now);
  }

  String value() {
    return "%s-%s-%04d".formatted(alias, MONTH.format(month), block);
  }

  @Override
  public String toString() {
    return value();
  }
}
