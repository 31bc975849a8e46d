package dev.countersign.decision.live;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to approvals, grants and sessions on all gateways that share a database, in one
 * order. Who may see what is for the caller to say. Safe for any number of threads.
 *
 * <p>A reader keeps the number of the last event it has and asks for what comes after it; nothing
 * is skipped and nothing comes twice, whichever gateway it asks.
 */
public final class LiveEvents implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);

  /** How often is looked for what no notification told of. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Duration FORGETTING = Duration.ofMinutes(10);
  private static final int MOST_AT_ONCE = 200;

  private final Database database;
  private final LiveEventTable table;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private volatile boolean open = true;
  private long latest;

  private LiveEvents(Database database) {
    this.database = requireNonNull(database, "database");
    this.table = new LiveEventTable(database.jdbi());
    this.latest = table.latest();
    this.thread = Thread.ofVirtual().name("live-events").unstarted(this::run);
  }

  /** Begins to listen. */
  public static LiveEvents open(Database database) {
    LiveEvents events = new LiveEvents(database);
    events.thread.start();
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

  private void run() {
    boolean away = false;
    while (open) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + LiveEventTable.CHANNEL);
        away = false;
        listen(connection.unwrap(PGConnection.class));
      } catch (SQLException | RuntimeException e) {
        if (open && !away) {
          log.atWarn().setCause(e).log("live events cannot be read; trying again");
        }
        away = true;
        pause();
      }
    }
  }

  private void listen(PGConnection connection) throws SQLException {
    long nextForgetting = System.nanoTime();
    while (open) {
      tell(table.latest());
      if (System.nanoTime() - nextForgetting >= 0) {
        table.forget();
        nextForgetting = System.nanoTime() + FORGETTING.toNanos();
      }
      connection.getNotifications((int) LOOK.toMillis());
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

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever waits is told that nothing came. */
  @Override
  public void close() {
    open = false;
    thread.interrupt();
    lock.lock();
    try {
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
