package dev.countersign.cli.bench;

import static java.util.Objects.requireNonNull;

import dev.countersign.cli.terminal.Table;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Workbook;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** How long decisions, builds and reloads of tables take, on one thread. */
final class RulesBench {

  private static final int RELOADS = 200;
  private static final int RELOADED_ROWS = 1_000;
  private static final int QUESTIONS = 50;

  /**
   * How much is measured.
   *
   * @param sizes rows of the tables
   * @param seconds of each measurement, warm-up aside
   */
  record Plan(List<Integer> sizes, int seconds) {}

  private final Plan plan;
  private final PrintWriter out;

  RulesBench(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  void run() throws RunnerException {
    IntFunction<Statistics> decide = measure("decide", base());
    IntFunction<Statistics> naive = measure("naive", base());
    IntFunction<Statistics> build =
        measure("build", base().warmupIterations(0).measurementIterations(1).forks(3));
    Table table =
        new Table(
            "ROWS",
            "P50 µs",
            "P99 µs",
            "P99.9 µs",
            "NAIVE P50 µs",
            "NAIVE P99 µs",
            "NAIVE/OURS P99",
            "COLD BUILD ms");
    for (int rows : plan.sizes()) {
      Statistics ours = decide.apply(rows);
      Statistics theirs = naive.apply(rows);
      table.row(
          String.valueOf(rows),
          micros(ours, 50),
          micros(ours, 99),
          micros(ours, 99.9),
          micros(theirs, 50),
          micros(theirs, 99),
          number(theirs.getPercentile(99) / ours.getPercentile(99)),
          number(build.apply(rows).getMean() / 1e6));
    }
    out.print(table);
    out.println(reloads());
  }

  private ChainedOptionsBuilder base() {
    return new OptionsBuilder()
        .param("rows", plan.sizes().stream().map(String::valueOf).toArray(String[]::new))
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .forks(1)
        .warmupIterations(1)
        .warmupTime(TimeValue.seconds(plan.seconds()))
        .measurementIterations(1)
        .measurementTime(TimeValue.seconds(plan.seconds()));
  }

  private static IntFunction<Statistics> measure(String method, ChainedOptionsBuilder options)
      throws RunnerException {
    Options included =
        options.include("^" + DecisionBenchmark.class.getName() + "\\." + method + "$").build();
    Collection<RunResult> results = new Runner(included).run();
    Map<Integer, Statistics> byRows = new TreeMap<>();
    for (RunResult result : results) {
      byRows.put(
          Integer.valueOf(result.getParams().getParam("rows")),
          result.getPrimaryResult().getStatistics());
    }
    return rows -> requireNonNull(byRows.get(rows));
  }

  /** Builds tables one after the other, each asked a few times, as an officer's saves do. */
  private static String reloads() {
    rebuild(RELOADS / 10);
    double heap = heap();
    double metaspace = metaspace();
    double total = rebuild(RELOADS);
    return String.format(
        Locale.ROOT,
        "%d reloads of %,d rows: %.0f ms each; heap after GC %.1f → %.1f MB, metaspace %.1f → %.1f"
            + " MB",
        RELOADS,
        RELOADED_ROWS,
        total / RELOADS,
        heap,
        heap(),
        metaspace,
        metaspace());
  }

  /** Milliseconds of all of them. */
  private static double rebuild(int times) {
    double millis = 0;
    for (int i = 0; i < times; i++) {
      millis += rebuildOne(i);
    }
    return millis;
  }

  private static double rebuildOne(int seed) {
    RandomTable random = new RandomTable(RELOADED_ROWS, seed);
    Workbook workbook = random.workbook();
    long begin = System.nanoTime();
    WorkbookPolicy policy = new WorkbookPolicy(workbook);
    double millis = (System.nanoTime() - begin) / 1e6;
    Subject subject = random.subject();
    Resource resource = random.resource();
    for (int i = 0; i < QUESTIONS; i++) {
      policy.decide(subject, resource, random.statement());
    }
    return millis;
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }

  private static double metaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToLong(pool -> pool.getUsage().getUsed())
            .sum()
        / 1e6;
  }

  private static String micros(Statistics statistics, double percentile) {
    return number(statistics.getPercentile(percentile) / 1e3);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }
}
