package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The last day at a glance.
 *
 * @param columns the hours of the last day, the oldest first
 * @param rules the rows that decided most often
 * @param blocked whose commands were blocked most often
 * @param anomalies findings of rule packs and of the sheet Risk, the newest first
 * @param totals how many commands got which verdict
 * @param waiting how many requests wait for anybody's answer
 * @param yours how many of them for the reader's
 * @param open how many sessions are open that the reader may see
 * @param isCut whether there were more than are counted
 */
record Overview(
    List<Column> columns,
    List<Bar> rules,
    List<Bar> blocked,
    List<Anomaly> anomalies,
    Map<Verdict, Long> totals,
    long waiting,
    long yours,
    long open,
    boolean isCut,
    Optional<Health.State> health) {

  /** So many commands are counted. */
  static final int MOST = 5_000;

  private static final int HOURS = 24;
  private static final int MOST_BARS = 6;
  private static final int HEIGHT = 120;
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("HH:00", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** What is told of the record, and to whom. */
  record Standing(long waiting, long yours, long open, Optional<Health.State> health) {}

  /** An hour: a stack of verdicts. */
  record Column(String label, List<Block> blocks, long commands) {}

  /** A part of a column, in the units of the picture. */
  record Block(Verdict verdict, long y, long height, long commands) {
    String name() {
      return verdict.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A line of a bar chart.
   *
   * @param share of the longest one, in thousandths
   */
  record Bar(String label, String sub, long commands, long share, String verdict) {}

  /** Something unusual. */
  record Anomaly(Instant at, String session, String rule, String reason, Verdict verdict) {
    String name() {
      return verdict.name().toLowerCase(Locale.ROOT);
    }
  }

  static Overview of(
      List<RecordedEvent> commands, Map<String, String> subjects, Instant now, Standing standing) {
    Map<Verdict, Long> totals = new EnumMap<>(Verdict.class);
    List<Map<Verdict, Long>> hours = new ArrayList<>();
    for (int i = 0; i < HOURS; i++) {
      hours.add(new EnumMap<>(Verdict.class));
    }
    Map<MatchedRow, Long> rows = new HashMap<>();
    Map<String, Long> blocked = new HashMap<>();
    List<Anomaly> anomalies = new ArrayList<>();
    for (RecordedEvent recorded : commands) {
      if (recorded.event() instanceof Event.CommandDecided decided) {
        totals.merge(decided.verdict(), 1L, Long::sum);
        long ago = Duration.between(recorded.time(), now).toHours();
        if (ago >= 0 && ago < HOURS) {
          hours.get(HOURS - 1 - (int) ago).merge(decided.verdict(), 1L, Long::sum);
        }
        decided.rows().stream().findFirst().ifPresent(row -> rows.merge(bare(row), 1L, Long::sum));
        if (decided.verdict() == Verdict.BLOCK) {
          blocked.merge(subjects.getOrDefault(decided.session().value(), "unknown"), 1L, Long::sum);
        }
        decided.rows().stream()
            .filter(Overview::isUnusual)
            .findFirst()
            .ifPresent(
                row ->
                    anomalies.add(
                        new Anomaly(
                            recorded.time(),
                            decided.session().value(),
                            Shown.line(row.rule()),
                            Shown.line(row.reason()),
                            decided.verdict())));
      }
    }
    return new Overview(
        columns(hours, now),
        bars(rows),
        subjects(blocked),
        anomalies.stream().limit(MOST_BARS).toList(),
        totals,
        standing.waiting(),
        standing.yours(),
        standing.open(),
        commands.size() >= MOST,
        standing.health());
  }

  /** Rows that differ in what they matched are one row. */
  private static MatchedRow bare(MatchedRow row) {
    return new MatchedRow(
        row.rule(), row.sheet(), row.row(), row.verdict(), "", row.reason(), "", List.of());
  }

  static boolean isUnusual(MatchedRow row) {
    return row.sheet().startsWith("pack")
        || row.rule().contains("anomaly")
        || row.sheet().equals("Risk");
  }

  private static List<Column> columns(List<Map<Verdict, Long>> hours, Instant now) {
    long most =
        Math.max(
            1,
            hours.stream()
                .mapToLong(hour -> hour.values().stream().mapToLong(Long::longValue).sum())
                .max()
                .orElse(1));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < hours.size(); i++) {
      List<Block> blocks = new ArrayList<>();
      long below = 0;
      for (Verdict verdict : Verdict.values()) {
        long count = hours.get(i).getOrDefault(verdict, 0L);
        if (count > 0) {
          long height = Math.max(2, count * HEIGHT / most);
          blocks.add(new Block(verdict, HEIGHT - below - height, height, count));
          below += height;
        }
      }
      columns.add(
          new Column(
              HOUR.format(now.minus(Duration.ofHours(HOURS - 1L - i))),
              blocks,
              hours.get(i).values().stream().mapToLong(Long::longValue).sum()));
    }
    return columns;
  }

  private static List<Bar> bars(Map<MatchedRow, Long> rows) {
    long most = rows.values().stream().mapToLong(Long::longValue).max().orElse(1);
    return rows.entrySet().stream()
        .sorted(Map.Entry.<MatchedRow, Long>comparingByValue().reversed())
        .limit(MOST_BARS)
        .map(
            row ->
                new Bar(
                    Shown.line(row.getKey().rule()),
                    Shown.line(row.getKey().reason()),
                    row.getValue(),
                    row.getValue() * 1000 / most,
                    row.getKey().verdict().name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static List<Bar> subjects(Map<String, Long> blocked) {
    long most = blocked.values().stream().mapToLong(Long::longValue).max().orElse(1);
    return blocked.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_BARS)
        .map(
            one ->
                new Bar(
                    Shown.line(one.getKey()),
                    "",
                    one.getValue(),
                    one.getValue() * 1000 / most,
                    "block"))
        .toList();
  }

  /** How many commands the fullest hour has. */
  long most() {
    return columns.stream().mapToLong(Column::commands).max().orElse(0);
  }

  long all() {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }

  long count(Verdict verdict) {
    return totals.getOrDefault(verdict, 0L);
  }
}
