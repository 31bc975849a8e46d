package dev.countersign.audit.anchor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings checkpoints to one anchor in a thread of its own. Where the anchor is slower than they
 * come, only the newest is brought: it stands for all before it. An anchor that is away is tried
 * again, ever more rarely; nobody waits for it.
 */
public final class AnchorFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AnchorFeed.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

  private final String name;
  private final Anchor anchor;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable String next;
  private boolean closing;
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable Instant failingSince;

  private AnchorFeed(String name, Anchor anchor) {
    this.name = name;
    this.anchor = anchor;
    thread = Thread.ofVirtual().name("anchor-" + name).unstarted(this::run);
  }

  public static AnchorFeed start(String name, Anchor anchor) {
    AnchorFeed feed = new AnchorFeed(name, anchor);
    feed.thread.start();
    return feed;
  }

  /** Takes a note to be brought; returns at once. */
  public void offer(String note) {
    lock.lock();
    try {
      next = note;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many attempts in a row have failed; 0 while the anchor keeps up. */
  public long failures() {
    return failures.get();
  }

  /** Since when it has taken nothing; empty while the anchor keeps up. */
  public Optional<Instant> staleSince() {
    return Optional.ofNullable(failingSince);
  }

  private void run() {
    try {
      while (true) {
        String note = take();
        if (note == null) {
          return;
        }
        bring(note);
      }
    } catch (InterruptedException e) {
      LOG.atDebug().addKeyValue("anchor", name).log("An anchor's feed was stopped");
    }
  }

  private @Nullable String take() throws InterruptedException {
    lock.lock();
    try {
      while (next == null && !closing) {
        changed.await();
      }
      String note = next;
      next = null;
      return note;
    } finally {
      lock.unlock();
    }
  }

  private void bring(String note) throws InterruptedException {
    try {
      anchor.keep(note);
      failingSince = null;
      if (failures.getAndSet(0) > 0) {
        LOG.atInfo().addKeyValue("anchor", name).log("Checkpoints are anchored again");
      }
    } catch (IOException | RuntimeException e) {
      if (failures.incrementAndGet() == 1) {
        failingSince = Instant.now();
        LOG.atWarn()
            .addKeyValue("anchor", name)
            .addKeyValue("cause", e.getMessage())
            .log("A checkpoint could not be anchored; it is tried again");
      }
      offerAgain(note);
      pause();
    }
  }

  /** Unless a newer one has come, which stands for it. */
  private void offerAgain(String note) {
    lock.lock();
    try {
      if (next == null && !closing) {
        next = note;
      }
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws InterruptedException {
    long factor = 1L << Math.min(failures.get() - 1, 10);
    long nanos = Math.min(FIRST_PAUSE.multipliedBy(factor).toNanos(), LONGEST_PAUSE.toNanos());
    long end = System.nanoTime() + nanos;
    lock.lock();
    try {
      long left = nanos;
      while (!closing && left > 0) {
        changed.awaitNanos(left);
        left = end - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Brings the last one if that does not take long. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      boolean ended = thread.join(LAST_CHANCE);
      if (!ended) {
        thread.interrupt();
        LOG.atWarn()
            .addKeyValue("anchor", name)
            .addKeyValue("waited", TimeUnit.NANOSECONDS.toSeconds(LAST_CHANCE.toNanos()) + " s")
            .log("The last checkpoint was not anchored");
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
