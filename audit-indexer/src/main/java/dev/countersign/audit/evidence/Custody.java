package dev.countersign.audit.evidence;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.SegmentedJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who looked at the record. A journal of its own beside the journal, because readers are other
 * processes than the writer and there is one writer for each: chained and checked like the other.
 */
public final class Custody {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private Custody() {}

  /** The folder of the journal that tells who read that journal. */
  public static Path beside(Path journal) {
    Path folder = journal.toAbsolutePath().normalize();
    return folder.resolveSibling(folder.getFileName() + "-custody");
  }

  /**
   * Records a reading; on stable storage when it returns.
   *
   * @throws IOException if it cannot be recorded; then there must be no reading
   */
  public static void record(Path journal, Event event) throws IOException, InterruptedException {
    Path folder = beside(journal);
    try (SegmentedJournal custody = open(folder)) {
      custody
          .durable(custody.append(event))
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (JournalException | ExecutionException | TimeoutException e) {
      throw new IOException(
          "the reading cannot be recorded in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Two readers at once take turns. */
  private static SegmentedJournal open(Path folder) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return SegmentedJournal.open(JournalConfig.at(folder));
      } catch (JournalException.Unwritable e) {
        if (System.nanoTime() >= end || e.getCause() != null) {
          throw e;
        }
        Thread.sleep(LOOK_AGAIN);
      }
    }
  }
}
