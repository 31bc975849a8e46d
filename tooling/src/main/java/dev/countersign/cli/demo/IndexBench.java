package dev.countersign.cli.demo;

import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.audit.index.Indexer;
import dev.countersign.audit.journal.JournalBenchmark;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.cli.gateway.Parts;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Indexes a journal of decisions and ends in an Elasticsearch of its own. */
public final class IndexBench {

  private static final int WARM_UP = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final int events;
  private final PrintWriter out;

  public IndexBench(int events, PrintWriter out) {
    this.events = events;
    this.out = out;
  }

  /** Measures, and prints how many events a second can be found afterwards. */
  public void run() throws Exception {
    Path home = Files.createTempDirectory("countersign-bench-");
    try (Parts parts = Parts.untilShutdown()) {
      URI url = DemoSearch.startForLong(parts);
      Measured warm = measure(url, home.resolve("warm-up"), "warm-up", WARM_UP);
      Measured measured = measure(url, home.resolve("journal"), "measured", events);
      out.printf(
          Locale.ROOT,
          "index: %,d events, %,.0f a second until the last is found (warm-up %,.0f); processor"
              + " time of each: %,.0f us here, %,.0f us in Elasticsearch%n",
          events,
          measured.perSecond,
          warm.perSecond,
          measured.ownMicros,
          measured.serverMicros);
      out.flush();
    } finally {
      DemoDirectory.delete(home);
    }
  }

  /** Events a second, and the processor time of one, in this process and in the server. */
  private record Measured(double perSecond, double ownMicros, double serverMicros) {}

  private static Measured measure(URI url, Path folder, String index, int events) throws Exception {
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(folder))) {
      for (int i = 0; i < events; i++) {
        journal.append(JournalBenchmark.intent(i % 100));
      }
      long last = journal.appended();
      journal.durable(last).toCompletableFuture().get(1, TimeUnit.MINUTES);
      ElasticsearchConfig config = new ElasticsearchConfig(url, index, Optional.empty());
      Duration own = cpu(Stream.of(ProcessHandle.current()));
      Duration server = cpu(ProcessHandle.current().descendants());
      long start = System.nanoTime();
      try (Indexer indexer = Indexer.start(config, folder)) {
        indexer.caughtUp(last).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      double perSecond = events * 1e9 / (System.nanoTime() - start);
      return new Measured(
          perSecond,
          micros(cpu(Stream.of(ProcessHandle.current())).minus(own)) / events,
          micros(cpu(ProcessHandle.current().descendants()).minus(server)) / events);
    }
  }

  private static double micros(Duration time) {
    return time.toNanos() / 1e3;
  }

  private static Duration cpu(Stream<ProcessHandle> processes) {
    return processes
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
