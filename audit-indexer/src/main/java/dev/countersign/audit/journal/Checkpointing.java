package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what is durable, in a thread of its own: every second when there is something new, soon
 * after a session ended, and every minute when nothing happens. Only what is on the disk is signed,
 * so a checkpoint never promises more than a crash leaves.
 */
final class Checkpointing implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointing.class);

  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration BUSY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** All that is durable, and the segment it ends in. */
  record Durable(long size, MerkleFrontier tree, Hash chain, long segment) {}

  private final Path directory;
  private final UUID journal;
  private final SigningKey key;
  private final List<Consumer<String>> anchors = new CopyOnWriteArrayList<>();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Durable durable;
  private long soonFrom = Long.MAX_VALUE;
  private boolean closing;

  private long signedSize = -1;
  private long signedAt;
  private boolean failing;
  private volatile @Nullable String newest;

  Checkpointing(Path directory, UUID journal, SigningKey key, Durable start) {
    this.directory = directory;
    this.journal = journal;
    this.key = key;
    durable = start;
    signedAt = System.nanoTime() - IDLE.toNanos();
    thread = Thread.ofPlatform().name("journal-checkpoint").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Tells every new checkpoint, as a signed note; must not block. */
  void tell(Consumer<String> anchor) {
    anchors.add(anchor);
    String note = newest;
    if (note != null) {
      anchor.accept(note);
    }
  }

  void durable(Durable now) {
    lock.lock();
    try {
      durable = now;
      if (now.size >= soonFrom) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wants a checkpoint soon after that sequence is durable. */
  void soon(long sequence) {
    lock.lock();
    try {
      soonFrom = Math.min(soonFrom, sequence);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = awaitDue();
        sign();
        if (failing) {
          LOG.atInfo().log("Checkpoints can be written again");
        }
        failing = false;
      } catch (IOException | RuntimeException e) {
        // Once: of a disk that is out the journal itself tells how long it lasts.
        if (!failing) {
          LOG.atWarn().setCause(e).log("A checkpoint could not be written; it is tried again");
        }
        failing = true;
      }
    }
  }

  private boolean awaitDue() {
    lock.lock();
    try {
      long wait = untilDue();
      while (!closing && wait > 0) {
        changed.awaitNanos(wait);
        wait = untilDue();
      }
      return !closing;
    } catch (InterruptedException e) {
      LOG.atDebug().log("The checkpoint thread was interrupted; it goes on");
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private long untilDue() {
    Duration gap = durable.size == signedSize ? IDLE : durable.size >= soonFrom ? SOON : BUSY;
    long left = signedAt + gap.toNanos() - System.nanoTime();
    // A record that becomes durable while nothing happens is not to wait for the minute.
    return Math.min(left, BUSY.toNanos());
  }

  private void sign() throws IOException {
    Durable now;
    lock.lock();
    try {
      signedAt = System.nanoTime();
      now = durable;
      if (now.size >= soonFrom) {
        soonFrom = Long.MAX_VALUE;
      }
    } finally {
      lock.unlock();
    }
    if (now.size == 0) {
      return;
    }
    String note =
        new Checkpoint(journal, now.size, now.tree.root(), now.chain, Instant.now()).signed(key);
    CheckpointFile.append(CheckpointFile.path(directory, now.segment), note);
    signedSize = now.size;
    newest = note;
    anchors.forEach(anchor -> anchor.accept(note));
  }

  /** Signs what there is, a last time. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    Rounds.awaitEnd(thread);
  }
}
