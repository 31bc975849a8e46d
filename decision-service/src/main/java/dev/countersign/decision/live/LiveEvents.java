package dev.countersign.decision.live;

import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What happens to approvals, grants and sessions on all gateways that share a database, in one
 * order. Who may see what is for the caller to say. Safe for any number of threads.
 *
 * <p>A reader keeps the number of the last event it has and asks for what comes after it; nothing
 * is skipped and nothing comes twice, whichever gateway it asks.
 */
public final class LiveEvents implements AutoCloseable {

  /** How often is looked for what no notification told of. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Duration FORGETTING = Duration.ofMinutes(10);
  private static final int MOST_AT_ONCE = 200;

  private final LiveEventTable table;
  private final Listening listening;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private volatile boolean open = true;
  private long latest;
  private long nextForgetting = System.nanoTime();

  private LiveEvents(Database database) {
    this.table = new LiveEventTable(database.jdbi());
    this.latest = table.latest();
    this.listening =
        new Listening(database, "live-events", List.of(LiveEventTable.CHANNEL), LOOK, this::look);
  }

  /** Begins to listen. */
  public static LiveEvents open(Database database) {
    LiveEvents events = new LiveEvents(database);
    events.listening.start();
    return events;
  }

  /** The number of the newest event; 0 before the first. Touches the database. */
  public long latest() {
    return table.latest();
  }

  /**
   * Whether a reader that has everything up to this number can go on from there without missing
   * anything. Touches the database.
   */
  public boolean isKnown(long id) {
    return id <= table.latest() && id >= table.oldest() - 1;
  }

  /**
   * What came after an event, in order, at most 200 at once; waits a while if nothing has. Touches
   * the database.
   *
   * @return empty if nothing came
   */
  public List<LiveEvent> after(long id, Duration patience) throws InterruptedException {
    List<LiveEvent> events = table.after(id, MOST_AT_ONCE);
    return events.isEmpty() && awaitMore(id, patience) ? table.after(id, MOST_AT_ONCE) : events;
  }

  private boolean awaitMore(long id, Duration patience) throws InterruptedException {
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (open && latest <= id) {
        if (nanos <= 0) {
          return false;
        }
        nanos = more.awaitNanos(nanos);
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    tell(table.latest());
    if (System.nanoTime() - nextForgetting >= 0) {
      table.forget();
      nextForgetting = System.nanoTime() + FORGETTING.toNanos();
    }
  }

  private void tell(long newest) {
    lock.lock();
    try {
      latest = newest;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits is told that nothing came. */
  @Override
  public void close() {
    open = false;
    listening.close();
    lock.lock();
    try {
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
