package dev.countersign.cli.bench;

import dev.countersign.cli.demo.JitCompilers;
import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Measures how long it takes to understand a statement: a new one, one like others, a known one.
 */
final class SqlBench {

  private static final int WINDOWS = 5;

  /** Seconds. */
  private static final int MOST_WARM_UP = 90;

  /** Seconds in which nothing changed. */
  private static final int STABLE = 8;

  private static final double NOTICEABLE = 0.97;

  private static final Catalog CATALOG = Catalog.unknown(List.of("public"));

  /**
   * What is measured.
   *
   * @param texts the text of a number
   * @param targetMicros what it may take
   */
  private record Case(String name, LongFunction<String> texts, double targetMicros) {}

  /**
   * Microseconds for one text.
   *
   * @param cpu of this thread: other work on the machine counts less
   */
  private record Time(double wall, double cpu) {

    static final Time WORST = new Time(Double.MAX_VALUE, Double.MAX_VALUE);

    Time orBetter(Time other) {
      return new Time(Math.min(wall, other.wall), Math.min(cpu, other.cpu));
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("new, 55 characters", SqlBench::shortText, 20),
          new Case("new, 2.5 kB", SqlBench::longText, 1_000),
          new Case(
              "new, like others but for its values",
              n ->
                  "SELECT id, total FROM orders WHERE id = %09d AND s = 'x'"
                      .formatted(n % 999_999_999),
              5),
          new Case("known, 55 characters", n -> shortText(0), 1));

  private final int seconds;
  private final PrintWriter out;
  private long number = 1;

  /**
   * @param seconds for each case
   */
  SqlBench(int seconds, PrintWriter out) {
    this.seconds = seconds;
    this.out = out;
  }

  void run() throws SqlRefused {
    try (SqlClassifier classifier = new SqlClassifier()) {
      out.printf(
          "  %-38s %12s %12s %12s %12s%n",
          "statement", "µs, best", "of CPU", "target", "warm after");
      for (Case one : CASES) {
        int warmUp = warmUp(classifier, one);
        Time best = Time.WORST;
        for (int window = 0; window < WINDOWS; window++) {
          best = best.orBetter(window(classifier, one, seconds * 1_000_000_000L / WINDOWS));
        }
        out.printf(
            "  %-38s %12.2f %12.2f %12s %11ds%n",
            one.name(), best.wall(), best.cpu(), "< " + (long) one.targetMicros(), warmUp);
        out.flush();
      }
    }
  }

  /**
   * Waits for the JVM's compilers: the grammar is a thousand methods, some of them of thousands of
   * instructions.
   *
   * @return the seconds after which they had nothing more to do, and nothing became faster
   */
  private int warmUp(SqlClassifier classifier, Case one) throws SqlRefused {
    JitCompilers compilers = new JitCompilers();
    Time best = Time.WORST;
    int changed = 0;
    for (int second = 1; second <= MOST_WARM_UP && second - changed <= STABLE; second++) {
      Time time = window(classifier, one, 1_000_000_000L);
      if (!compilers.haveRested() || time.cpu() < best.cpu() * NOTICEABLE) {
        changed = second;
      }
      best = best.orBetter(time);
    }
    return changed;
  }

  /** What one text takes, in a window of time. */
  private Time window(SqlClassifier classifier, Case one, long nanos) throws SqlRefused {
    // Texts are made before the clock starts.
    String[] texts = new String[512];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long elapsed = 0;
    long used = 0;
    long count = 0;
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      for (int i = 0; i < texts.length; i++) {
        texts[i] = one.texts().apply(number++);
      }
      long usedBefore = threads.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      for (String text : texts) {
        count += classifier.classify(text, CATALOG).size();
      }
      elapsed += System.nanoTime() - begun;
      used += threads.getCurrentThreadCpuTime() - usedBefore;
    }
    return new Time(elapsed / 1_000.0 / count, used / 1_000.0 / count);
  }

  /** 55 characters; another name makes it another statement. */
  private static String shortText(long number) {
    return "SELECT id, total_cents FROM o%012d WHERE id = $1".formatted(number % 10_000_000_000L);
  }

  /** Six common table expressions with joins, aggregates and windows. */
  private static String longText(long number) {
    StringBuilder text = new StringBuilder(2_600).append("WITH ");
    for (int i = 0; i < 6; i++) {
      text.append(i == 0 ? "" : ", ")
          .append(
              """
              part%d AS (SELECT c.id, c.region, sum(o.total_cents) AS total, count(*) AS orders,
                avg(o.total_cents) FILTER (WHERE o.status = 'paid') AS paid,
                row_number() OVER (PARTITION BY c.region ORDER BY sum(o.total_cents) DESC) AS place
              FROM customers%d c JOIN orders o ON o.customer_id = c.id AND o.created_at > $%d
              WHERE c.region IN ('north', 'south', 'east') AND o.status <> 'void'
              GROUP BY c.id, c.region HAVING count(*) > 3)\
              """
                  .formatted(i, number, i + 1));
    }
    text.append(" SELECT * FROM part0");
    for (int i = 1; i < 6; i++) {
      text.append(" JOIN part%d USING (id, region)".formatted(i));
    }
    return text.append(" ORDER BY 1 LIMIT 100").toString();
  }
}
