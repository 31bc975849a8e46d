package dev.countersign.audit.evidence;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Who looked at the record. Readers on the command line are other processes than the writer, and
 * there is one writer for each journal; so they have one of their own beside it, chained and
 * checked like the other. What is read in the console the gateway writes into the journal itself.
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
   * A reading, and where it is recorded.
   *
   * @param inJournal whether that is the journal itself: what was read in the console, or followed
   */
  public record Looked(RecordedEvent recorded, boolean inJournal) {

    /** In words. */
    public String place() {
      return inJournal ? "journal" : "custody";
    }
  }

  /** Whether an event tells that somebody looked at the record. */
  static boolean isReading(Event event) {
    return event instanceof Event.RecordingRead
        || event instanceof Event.RecordSearched
        || event instanceof Event.EvidenceExported;
  }

  /** Who looked at that journal, on whichever way, in the order of time. */
  public static List<Looked> of(StoredJournal journal) {
    List<RecordedEvent> inside = new ArrayList<>();
    try (JournalReader reader = journal.read(1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        next.filter(recorded -> isReading(recorded.event())).ifPresent(inside::add);
      }
    }
    return with(
        inside,
        beside(journal.directory()),
        damage -> {
          throw damage;
        });
  }

  /**
   * The same, of readings that are known already.
   *
   * @param folder of the custody journal, which need not be there
   * @param damaged is told if it cannot be read further; what could be is in the answer
   */
  static List<Looked> with(
      List<RecordedEvent> inside, Path folder, Consumer<JournalException.Damaged> damaged) {
    List<Looked> all = new ArrayList<>();
    inside.forEach(recorded -> all.add(new Looked(recorded, true)));
    if (Files.isDirectory(folder)) {
      try (JournalReader reader = JournalReader.open(folder, 1)) {
        for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
          all.add(new Looked(next.get(), false));
        }
      } catch (JournalException.Damaged e) {
        damaged.accept(e);
      }
    }
    all.sort(
        Comparator.comparing((Looked looked) -> looked.recorded().time())
            .thenComparing(Looked::inJournal));
    return all;
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
