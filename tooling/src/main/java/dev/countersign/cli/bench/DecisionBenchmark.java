package dev.countersign.cli.bench;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Workbook;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One decision over a random table: classification of the names, all matching rows and the
 * explanation included; the naive table's matching alone beside it; and how long a policy takes to
 * build in a process that has built none.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {

  private static final int QUESTIONS = 10_000;
  private static final long SEED = 42;

  private record Question(Subject subject, Resource resource, SqlStatement statement) {}

  /** A table's rows and questions about them, the same each time. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH sets up
  public static class Drawn {

    /** Rows of the table. */
    @Param({"20", "1000", "10000"})
    public int rows;

    private Workbook workbook;
    private Question[] questions;
    private int next;

    /** Draws both. */
    @Setup
    public void draw() {
      RandomTable random = new RandomTable(rows, SEED);
      workbook = random.workbook();
      questions = new Question[QUESTIONS];
      Arrays.setAll(
          questions, i -> new Question(random.subject(), random.resource(), random.statement()));
    }

    private Question question() {
      next = (next + 1) % QUESTIONS;
      return questions[next];
    }
  }

  /** Our table. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH sets up
  public static class Ours {
    private WorkbookPolicy policy;

    /** Builds it. */
    @Setup
    public void build(Drawn drawn) {
      policy = new WorkbookPolicy(drawn.workbook);
    }
  }

  /** The other table. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH sets up
  public static class Naive {
    private NaiveTable table;

    /** Builds it. */
    @Setup
    public void build(Drawn drawn) {
      table = new NaiveTable(drawn.workbook);
    }
  }

  /** What the gateway does. */
  @Benchmark
  public Object decide(Drawn drawn, Ours ours) {
    Question question = drawn.question();
    return ours.policy.decide(question.subject(), question.resource(), question.statement());
  }

  /** What one would write first. */
  @Benchmark
  public int naive(Drawn drawn, Naive naive) {
    Question question = drawn.question();
    return naive.table.match(
        question.subject().groups(), question.resource(), question.statement());
  }

  /** From validated rows to a policy. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  public Object build(Drawn drawn) {
    return new WorkbookPolicy(drawn.workbook);
  }
}
