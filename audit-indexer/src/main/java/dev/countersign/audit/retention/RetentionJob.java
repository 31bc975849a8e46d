package dev.countersign.audit.retention;

import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.Rounds;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a {@link Retention} again and again while a gateway runs. */
public final class RetentionJob implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);

  private final Retention retention;
  private final Journal journal;
  private final LongSupplier keptElsewhere;
  private final Rounds rounds;

  private RetentionJob(
      Retention retention, Journal journal, LongSupplier keptElsewhere, Duration interval) {
    this.retention = retention;
    this.journal = journal;
    this.keptElsewhere = keptElsewhere;
    rounds = new Rounds("retention", interval, this::apply);
  }

  /**
   * Starts it, in a thread of its own.
   *
   * @param keptElsewhere up to which segment copies are where they have to be; what is newer stays
   */
  public static RetentionJob start(
      Retention retention, Journal journal, LongSupplier keptElsewhere, Duration interval) {
    RetentionJob job = new RetentionJob(retention, journal, keptElsewhere, interval);
    job.rounds.start();
    return job;
  }

  private void apply() throws InterruptedException {
    try {
      int shredded = retention.apply(journal, keptElsewhere);
      LOG.atDebug().addKeyValue("segments", shredded).log("Retention was applied");
    } catch (IOException | RuntimeException e) {
      LOG.atError().setCause(e).log("What is due was not destroyed; it is tried again");
    }
  }

  /** Stops behind the segment it is at. */
  @Override
  public void close() {
    rounds.close();
  }
}
