package dev.countersign.decision.console;

import dev.countersign.decision.live.LiveEvent;
import dev.countersign.decision.live.LiveEvents;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open pages that something has changed, on any gateway, and nothing of what: a page fetches
 * its part anew, as its reader, and sees what that reader may.
 */
final class Changes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Changes.class);

  private static final int MOST_PAGES = 500;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final LiveEvents events;
  private final Set<ServerSentEventConnection> pages = ConcurrentHashMap.newKeySet();
  private final ServerSentEventHandler handler = new ServerSentEventHandler(this::opened);
  private final Thread thread = Thread.ofVirtual().name("console-changes").unstarted(this::run);

  Changes(LiveEvents events) {
    this.events = events;
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
    for (LiveEvent.Kind kind : LiveEvent.Kind.values()) {
      page.send("1", name(kind), null, null);
    }
  }

  private void run() {
    try {
      while (true) {
        try {
          tellFrom(events.latest());
        } catch (RuntimeException e) {
          log.atDebug().setCause(e).log("open pages are not told of changes; trying again");
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellFrom(long latest) throws InterruptedException {
    // What happened before is told too: it may be what could not be told.
    tell(List.of(LiveEvent.Kind.values()));
    long seen = latest;
    while (!Thread.interrupted()) {
      List<LiveEvent> more = events.after(seen, PATIENCE);
      tell(more.stream().map(LiveEvent::kind).distinct().toList());
      seen = more.isEmpty() ? seen : more.getLast().id();
    }
    throw new InterruptedException();
  }

  private void tell(List<LiveEvent.Kind> kinds) {
    for (LiveEvent.Kind kind : kinds) {
      pages.forEach(page -> page.send("1", name(kind), null, null));
    }
  }

  private static String name(LiveEvent.Kind kind) {
    return kind.word() + "s";
  }

  /** The server closes the connections. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
