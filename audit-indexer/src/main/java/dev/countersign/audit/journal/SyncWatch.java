package dev.countersign.audit.journal;

import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a disk that neither takes what is written nor refuses it: whoever waits for it cannot
 * tell. Told when that has lasted for a while, after twice that time, and so on.
 */
final class SyncWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SyncWatch.class);

  /** So many looks at the same sync, and it takes too long. */
  private static final int MOST_LOOKS = 10;

  private final Path journal;
  private final Rounds looks;

  private boolean busy;

  /** Read without the lock: the log may be on a disk that does not answer either. */
  private volatile boolean stalled;

  private long begun;
  private int times;
  private int nextTold;

  /**
   * @param interval between two looks
   */
  SyncWatch(Path journal, Duration interval) {
    this.journal = journal;
    looks = new Rounds("journal-watch", interval, this::look);
  }

  void start() {
    looks.startLater();
  }

  /** A sync begins, or waits for a write that is under way. */
  synchronized void begins() {
    busy = true;
    begun = System.nanoTime();
    times = 0;
    nextTold = MOST_LOOKS;
  }

  /** It has ended, well or not. */
  synchronized void ends() {
    busy = false;
    if (stalled) {
      stalled = false;
      LOG.atInfo().addKeyValue("after", lasting()).log("The journal's disk answers again");
    }
  }

  /** Whether a sync has been under way for too long. */
  boolean isStalled() {
    return stalled;
  }

  private synchronized void look() {
    if (!busy || ++times < nextTold) {
      return;
    }
    nextTold *= 2;
    stalled = true;
    LOG.atWarn()
        .addKeyValue("journal", journal)
        .addKeyValue("since", lasting())
        .log("The journal's disk does not answer: what waits for it is not released");
  }

  private Duration lasting() {
    return Duration.ofSeconds((System.nanoTime() - begun) / 1_000_000_000);
  }

  @Override
  public void close() {
    looks.close();
  }
}
