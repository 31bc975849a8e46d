package dev.countersign.proxy.git;

import dev.countersign.audit.journal.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done beside the thread that hands it over, in its order. What waits is bounded in
 * bytes; nothing more is done once something has failed. Handed over to by one thread.
 */
final class SecondThread implements AutoCloseable {

  private static final int ROOM = 16 << 20;

  /** Handing over costs more than most of the work: so much is handed over at once. */
  private static final int BATCH = 128 << 10;

  /** What stands for itself in a batch, besides its bytes. */
  private static final int OVERHEAD = 64;

  /** A piece of work. */
  interface Work {
    void run() throws CorruptObjectException;
  }

  /** So much is handed over, and whether it is all. */
  private record Batch(List<Work> works, int bytes, boolean last) {}

  private static final Batch END = new Batch(List.of(), 0, /* last= */ true);

  private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Thread thread;
  private List<Work> next = new ArrayList<>();
  private int bytes;

  SecondThread(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::work);
  }

  /** Hands work over; waits while too much of it waits. */
  void add(int size, Work work) {
    next.add(work);
    bytes += Math.min(ROOM, size + OVERHEAD);
    if (bytes >= BATCH) {
      flush();
    }
  }

  private void flush() {
    Batch batch = new Batch(next, Math.min(ROOM, bytes), /* last= */ false);
    next = new ArrayList<>();
    bytes = 0;
    // It always goes on, if only to throw away what it need not do.
    room.acquireUninterruptibly(batch.bytes());
    queue.add(batch);
  }

  private void work() {
    try {
      for (Batch batch = queue.take(); !batch.last(); batch = queue.take()) {
        run(batch);
        room.release(batch.bytes());
      }
    } catch (InterruptedException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void run(Batch batch) {
    try {
      for (Work work : batch.works()) {
        if (failure.get() != null) {
          return;
        }
        work.run();
      }
    } catch (CorruptObjectException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  /**
   * Says early that something has failed.
   *
   * @throws CorruptObjectException if something has
   */
  void check() throws CorruptObjectException {
    switch (failure.get()) {
      case null -> {}
      case CorruptObjectException corrupt -> throw corrupt;
      case Throwable other -> throw new IllegalStateException("an object was not looked at", other);
    }
  }

  /** Waits until all of it is done. */
  void finish() throws CorruptObjectException {
    flush();
    queue.add(END);
    Rounds.awaitEnd(thread);
    check();
  }

  /** Does nothing more. */
  @Override
  public void close() {
    failure.compareAndSet(null, new IllegalStateException("closed"));
    queue.add(END);
  }
}
