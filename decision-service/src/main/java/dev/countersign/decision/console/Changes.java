package dev.countersign.decision.console;

import dev.countersign.decision.store.Database;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open pages that something has changed, on any gateway, and nothing of what: a page fetches
 * its part anew, as its reader, and sees what that reader may. Listens only while a page is open.
 */
final class Changes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Changes.class);

  private static final int MOST_PAGES = 500;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String APPROVALS = "approvals";
  private static final String SESSIONS = "sessions";

  private final Database database;
  private final Set<ServerSentEventConnection> pages = ConcurrentHashMap.newKeySet();
  private final ServerSentEventHandler handler = new ServerSentEventHandler(this::opened);
  private final Thread thread = Thread.ofVirtual().name("console-changes").unstarted(this::run);
  private volatile boolean running = true;

  Changes(Database database) {
    this.database = database;
    thread.start();
  }

  /** Follows until the page is closed. Whoever asks has been let in. */
  void follow(HttpServerExchange exchange) throws Exception {
    if (pages.size() >= MOST_PAGES) {
      exchange.setStatusCode(503);
      exchange.endExchange();
      return;
    }
    handler.handleRequest(exchange);
  }

  private void opened(ServerSentEventConnection page, String lastEventId) {
    page.setKeepAliveTime(KEEP_ALIVE.toMillis());
    page.addCloseTask(pages::remove);
    pages.add(page);
    // What happened while a page was away it fetches now.
    page.send("1", APPROVALS, null, null);
  }

  private void run() {
    while (running) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN countersign_approval");
        statement.execute("LISTEN countersign_session");
        listen(connection.unwrap(PGConnection.class));
      } catch (SQLException | RuntimeException e) {
        if (running) {
          log.atDebug().setCause(e).log("open pages are not told of changes; trying again");
          pause();
        }
      }
    }
  }

  private void listen(PGConnection connection) throws SQLException {
    while (running) {
      PGNotification[] heard = connection.getNotifications((int) PAUSE.toMillis());
      boolean approvals = false;
      boolean sessions = false;
      for (PGNotification notification : heard) {
        approvals |= notification.getName().equals("countersign_approval");
        sessions |= notification.getName().equals("countersign_session");
      }
      if (approvals) {
        tell(APPROVALS);
      }
      if (sessions) {
        tell(SESSIONS);
      }
    }
  }

  private void tell(String event) {
    pages.forEach(page -> page.send("1", event, null, null));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server closes the connections. */
  @Override
  public void close() {
    running = false;
    thread.interrupt();
  }
}
