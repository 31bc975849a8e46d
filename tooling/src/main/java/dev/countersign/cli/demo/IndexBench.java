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

/** Indexes a journal of decisions and ends in an Elasticsearch of its own. */
public final class IndexBench {

  private static final int WARM_UP = 5_000;
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
      URI url = DemoSearch.start(parts);
      double warm = perSecond(url, home.resolve("warm-up"), "warm-up", WARM_UP);
      double measured = perSecond(url, home.resolve("journal"), "measured", events);
      out.printf(
          Locale.ROOT,
          "index: %,d events, %,.0f a second until the last is found (warm-up %,.0f)%n",
          events,
          measured,
          warm);
      out.flush();
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private static double perSecond(URI url, Path folder, String index, int events) throws Exception {
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(folder))) {
      for (int i = 0; i < events; i++) {
        journal.append(JournalBenchmark.intent(i % 100));
      }
      long last = journal.appended();
      journal.durable(last).toCompletableFuture().get(1, TimeUnit.MINUTES);
      ElasticsearchConfig config = new ElasticsearchConfig(url, index, Optional.empty());
      long start = System.nanoTime();
      try (Indexer indexer = Indexer.start(config, folder)) {
        indexer.caughtUp(last).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      return events * 1e9 / (System.nanoTime() - start);
    }
  }
}
