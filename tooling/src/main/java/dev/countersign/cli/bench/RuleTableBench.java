package dev.countersign.cli.bench;

import com.sun.management.ThreadMXBean;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a decision takes, classification of the names and the explanation included, on one
 * thread.
 */
public final class RuleTableBench {

  private static final List<Integer> SIZES = List.of(20, 1_000);
  private static final int WARM_UP = 200_000;
  private static final int MEASURED = 400_000;
  private static final int QUESTIONS = 10_000;
  private static final long SEED = 42;

  private record Question(Subject subject, Resource resource, SqlStatement statement) {}

  private RuleTableBench() {}

  /** Measures and prints one line for each size. */
  public static void run(PrintStream out) {
    out.println("rows   p50 µs   p99 µs  p99.9 µs  bytes/decision  rows/decision  build ms");
    for (int size : SIZES) {
      out.println(measure(size));
    }
  }

  private static String measure(int size) {
    RandomTable random = new RandomTable(size, SEED);
    long begin = System.nanoTime();
    WorkbookPolicy policy = new WorkbookPolicy(random.workbook());
    double build = (System.nanoTime() - begin) / 1e6;
    Question[] questions = new Question[QUESTIONS];
    Arrays.setAll(
        questions, i -> new Question(random.subject(), random.resource(), random.statement()));
    for (int i = 0; i < WARM_UP; i++) {
      decide(policy, questions[i % QUESTIONS]);
    }
    long[] nanos = new long[MEASURED];
    long matched = 0;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < MEASURED; i++) {
      Question question = questions[i % QUESTIONS];
      long start = System.nanoTime();
      matched += decide(policy, question);
      nanos[i] = System.nanoTime() - start;
    }
    long bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / MEASURED;
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "%4d  %7.2f  %7.2f  %8.2f  %14d  %13.2f  %8.0f",
        size,
        micros(nanos, 0.5),
        micros(nanos, 0.99),
        micros(nanos, 0.999),
        bytes,
        (double) matched / MEASURED,
        build);
  }

  private static int decide(WorkbookPolicy policy, Question question) {
    return policy
        .decide(question.subject(), question.resource(), question.statement())
        .why()
        .rows()
        .size();
  }

  private static double micros(long[] sorted, double quantile) {
    return sorted[(int) (quantile * (sorted.length - 1))] / 1e3;
  }
}
