package dev.countersign.decision.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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
  private volatile boolean open = true;

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
    while (open) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        for (String channel : channels) {
          statement.execute("LISTEN " + channel);
        }
        listener.look();
        if (away) {
          log.atInfo().addKeyValue("listener", thread.getName()).log("the database is heard again");
        }
        away = false;
        listen(connection.unwrap(PGConnection.class));
      } catch (SQLException | RuntimeException e) {
        if (open && !away) {
          log.atWarn()
              .setCause(e)
              .addKeyValue("listener", thread.getName())
              .log("the database cannot be heard; trying again");
        }
        away = true;
        listener.away();
        pause();
      }
    }
  }

  private void listen(PGConnection connection) throws SQLException {
    while (open) {
      connection.getNotifications((int) often.toMillis());
      listener.look();
    }
  }

  private void pause() {
    try {
      Thread.sleep(often);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks no more, but for the look that is under way. */
  @Override
  public void close() {
    open = false;
    thread.interrupt();
  }
}
