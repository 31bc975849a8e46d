package dev.countersign.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.RecordedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers at the end of a journal whose segments end every few records. */
final class JournalFollowingTest {

  private static final int WRITERS = 3;
  private static final int EVENTS_OF_EACH = 1_500;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;

  @Test
  void aFollowerMissesNothingWhereverTheSegmentsEnd() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SegmentedJournal journal =
            SegmentedJournal.open(JournalConfig.at(directory).withSegmentSize(8 << 10))) {
      List<Future<Long>> followers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        followers.add(threads.submit(follower()));
      }
      List<Future<Long>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int number = i;
        writers.add(threads.submit(() -> write(journal, number)));
      }
      for (Future<Long> writer : writers) {
        assertThat(writer.get(2, TimeUnit.MINUTES)).isPositive();
      }

      for (Future<Long> follower : followers) {
        assertThat(follower.get(2, TimeUnit.MINUTES)).isEqualTo((long) WRITERS * EVENTS_OF_EACH);
      }
      assertThat(SegmentFiles.numbers(directory)).hasSizeGreaterThan(50);
    }
  }

  private static long write(SegmentedJournal journal, int number) throws Exception {
    long last = 0;
    for (int i = 0; i < EVENTS_OF_EACH; i++) {
      last = journal.append(JournalBenchmark.intent(number));
      if (i % 50 == 0) {
        journal.durable(last).toCompletableFuture().get(1, TimeUnit.MINUTES);
      }
    }
    return last;
  }

  /** Reads to the end; each event has to come, in its place, without a longer wait. */
  private Callable<Long> follower() {
    return () -> {
      long seen = 0;
      try (JournalReader reader = JournalReader.open(directory, 1)) {
        while (seen < (long) WRITERS * EVENTS_OF_EACH) {
          Optional<RecordedEvent> next = reader.poll(PATIENCE);
          assertThat(next.map(RecordedEvent::sequence)).contains(seen + 1);
          seen++;
        }
      }
      return seen;
    };
  }
}
