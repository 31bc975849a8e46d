package dev.countersign.audit.journal;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Measures a journal on the disk it will be on. */
public final class JournalBenchmark {

  /** As many records may wait for the disk in each thread, as an event loop has connections. */
  private static final int IN_FLIGHT = 256;

  private static final Duration LOCAL = Duration.ofDays(3);

  /**
   * What was measured.
   *
   * @param durablePerSecond records that were on the disk, acknowledged by group commit
   * @param cpuMicros processor time of one such record, in all threads together: what is left of a
   *     figure when the machine has other work
   * @param appendNanos the mean time of one append of an intent that returns when it is written, by
   *     one thread
   */
  public record Result(
      int threads, double durablePerSecond, double cpuMicros, double appendNanos) {}

  private record Rate(double perSecond, double cpuMicros) {}

  private JournalBenchmark() {}

  /** Arguments: an empty folder, threads, seconds. */
  public static void main(String[] args) throws InterruptedException, IOException {
    compare(
        Path.of(args[0]),
        Integer.parseInt(args[1]),
        Duration.ofSeconds(Long.parseLong(args[2])),
        System.out);
  }

  /**
   * Measures a journal as it is with an owner's key and signed checkpoints, and a bare one beside
   * it. Runs for about six times that duration; the first third of each only warms up.
   */
  public static void compare(Path directory, int threads, Duration duration, PrintStream out)
      throws InterruptedException, IOException {
    Path owner = directory.resolve("owner.jwk");
    Files.createDirectories(directory);
    Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
    Result bare = run(JournalConfig.at(directory.resolve("bare")), "bare", threads, duration, out);
    Result full =
        run(
            JournalConfig.at(directory.resolve("encrypted"))
                .signed(
                    SigningKey.in(directory.resolve("signing.pem"), SigningKey.Algorithm.ED25519))
                .encrypted(
                    new JournalConfig.Encryption(
                        OwnerKey.read(owner), directory.resolve("local.key"), LOCAL)),
            "encrypted and signed",
            threads,
            duration,
            out);
    out.printf(
        Locale.ROOT,
        "encrypted and signed is %.2f of bare%n",
        full.durablePerSecond / bare.durablePerSecond);
  }

  private static Result run(
      JournalConfig config, String what, int threads, Duration duration, PrintStream out)
      throws InterruptedException {
    Result result;
    try (SegmentedJournal journal = SegmentedJournal.open(config)) {
      Rate warmUp = durable(journal, threads, duration);
      Rate warm = durable(journal, threads, duration);
      result =
          new Result(
              threads,
              Math.max(warmUp.perSecond, warm.perSecond),
              warm.cpuMicros,
              appendNanos(journal, duration));
    }
    out.printf(
        Locale.ROOT,
        "%s: %d threads: %,.0f durable records/s, %.1f us of processor each; one thread: %,.0f ns"
            + " per append%n",
        what,
        result.threads,
        result.durablePerSecond,
        result.cpuMicros,
        result.appendNanos);
    return result;
  }

  private static Rate durable(SegmentedJournal journal, int threads, Duration duration)
      throws InterruptedException {
    AtomicLong records = new AtomicLong();
    Duration cpu = cpu();
    long start = System.nanoTime();
    Thread[] all = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      Event event = intent(t);
      all[t] =
          Thread.ofPlatform()
              .start(() -> appendDurably(journal, event, start + duration.toNanos(), records));
    }
    for (Thread thread : all) {
      thread.join();
    }
    long spent = cpu().minus(cpu).toNanos();
    return new Rate(records.get() * 1e9 / (System.nanoTime() - start), spent / 1e3 / records.get());
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void appendDurably(
      SegmentedJournal journal, Event event, long end, AtomicLong records) {
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    while (System.nanoTime() < end) {
      inFlight.acquireUninterruptibly();
      last = journal.durable(journal.append(event)).toCompletableFuture();
      last =
          last.whenComplete(
              (done, failure) -> {
                inFlight.release();
                if (failure == null) {
                  records.incrementAndGet();
                }
              });
    }
    last.join();
  }

  private static double appendNanos(SegmentedJournal journal, Duration duration) {
    Event event = intent(0);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long appends = 0;
    long now = start;
    while (now < end) {
      for (int i = 0; i < 100; i++) {
        journal.append(event);
      }
      appends += 100;
      now = System.nanoTime();
    }
    return (double) (now - start) / appends;
  }

  /** A decision as a busy session makes it. */
  public static Event intent(int thread) {
    return new Event.CommandDecided(
        new SessionId("benchmark-" + thread),
        1,
        "SELECT abalance FROM pgbench_accounts WHERE aid = 51337",
        List.of(Optional.of("51337")),
        new CommandFacts.Sql(
            List.of(
                new SqlAccess(
                    SqlVerb.SELECT, "public.pgbench_accounts", Set.of("abalance", "aid"), true)),
            false),
        Verdict.ALLOW,
        "3f8a5cbd1d6a2c9e1f40b7a6b8d3b44b2f0d6c55b1de0a9c8a3f7be7a2c41d0e",
        List.of(
            new MatchedRow(
                "SQL-001",
                "SQL",
                2,
                Verdict.ALLOW,
                "SELECT public.pgbench_accounts",
                "agents may read the benchmark tables",
                "",
                List.of("AC-3"))));
  }
}
