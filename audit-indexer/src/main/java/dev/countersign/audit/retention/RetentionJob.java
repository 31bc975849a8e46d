package dev.countersign.audit.retention;

import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a {@link Retention} again and again while a gateway runs. */
public final class RetentionJob implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);

  private final Retention retention;
  private final Journal journal;
  private final LongSupplier keptElsewhere;
  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private RetentionJob(
      Retention retention, Journal journal, LongSupplier keptElsewhere, Duration interval) {
    this.retention = retention;
    this.journal = journal;
    this.keptElsewhere = keptElsewhere;
    this.interval = interval;
    thread = Thread.ofPlatform().name("retention").daemon().unstarted(this::run);
  }

  /**
   * Starts it, in a thread of its own.
   *
   * @param keptElsewhere up to which segment copies are where they have to be; what is newer stays
   */
  public static RetentionJob start(
      Retention retention, Journal journal, LongSupplier keptElsewhere, Duration interval) {
    RetentionJob job = new RetentionJob(retention, journal, keptElsewhere, interval);
    job.thread.start();
    return job;
  }

  private void run() {
    try {
      do {
        try {
          int shredded = retention.apply(journal, keptElsewhere);
          LOG.atDebug().addKeyValue("segments", shredded).log("Retention was applied");
        } catch (IOException | JournalException e) {
          LOG.atError().setCause(e).log("Nothing was destroyed; it is tried again");
        }
      } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops behind the segment it is at. */
  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
