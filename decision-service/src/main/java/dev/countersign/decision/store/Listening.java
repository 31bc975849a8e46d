package dev.countersign.decision.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that is woken by the database's notifications, and by itself from time to time, because
 * a notification may be lost. While the database is away it tries again.
 */
public final class Listening implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Listening.class);

  /** What is done whenever something may have happened. */
  @FunctionalInterface
  public interface Listener {

    /** Looks for what happened. Whatever goes wrong, it is asked again. */
    void look();

    /** Is told, again and again, that nothing can be heard. */
    default void away() {}
  }

  private final Database database;
  private final List<String> channels;
  private final Duration often;
  private final Listener listener;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Connection hearing;

  /**
   * Does nothing before it is started.
   *
   * @param name what it is called in the log
   * @param often how often the listener looks though nothing woke it
   */
  public Listening(
      Database database, String name, List<String> channels, Duration often, Listener listener) {
    this.database = requireNonNull(database, "database");
    this.channels = List.copyOf(channels);
    this.often = requireNonNull(often, "often");
    this.listener = requireNonNull(listener, "listener");
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    boolean away = false;
    while (isOpen()) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        hearing = connection;
        for (String channel : channels) {
          statement.execute("LISTEN " + channel);
        }
        listener.look();
        if (away && database.isFirstToHear()) {
          log.atInfo().log("the gateway's own database answers again");
        }
        away = false;
        while (isOpen()) {
          connection.unwrap(PGConnection.class).getNotifications((int) often.toMillis());
          listener.look();
        }
      } catch (SQLException | RuntimeException e) {
        if (isOpen() && !away && database.isFirstToMiss()) {
          warn(
              e,
              "the gateway's own database does not answer: nobody new is let in, nothing can be"
                  + " approved, open sessions go on; it is tried again until it does");
        }
        away = true;
        tellAway();
        pause();
      }
    }
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  /** Nothing that it does may end the thread. */
  private void tellAway() {
    try {
      listener.away();
    } catch (RuntimeException e) {
      warn(e, "what is done while the database is away failed");
    }
  }

  private void warn(Exception cause, String message) {
    log.atWarn().setCause(cause).addKeyValue("listener", thread.getName()).log(message);
  }

  private void pause() {
    try {
      var _ = closed.await(often.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks no more, but for the look that is under way: only what it waits on is cut off. */
  @Override
  public void close() {
    closed.countDown();
    Connection waitedOn = hearing;
    if (waitedOn != null) {
      try {
        waitedOn.abort(Runnable::run);
      } catch (SQLException e) {
        log.atDebug().setCause(e).log("a connection that is being given up");
      }
    }
  }
}
