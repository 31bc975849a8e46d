package dev.countersign.decision.console;

import dev.countersign.decision.live.LiveEvent;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.decision.signin.BrowserSessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open pages that something has changed, on any gateway, and nothing of what: a page fetches
 * its part anew, as its reader, and sees what that reader may. A page follows for as long as
 * whoever opened it is signed in, and hears that it is over.
 */
final class Changes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Changes.class);

  private static final int MOST_PAGES = 500;

  /** Of one sign-in, so that nobody takes the places of all others. */
  private static final int MOST_PAGES_OF_ONE = 30;

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long somebody's page may follow who signed out at another gateway, or is out of time. */
  private static final Duration CHECK = Duration.ofSeconds(2);

  /** What a page hears last: it leads its reader to the door. */
  private static final String END = "end";

  private final LiveEvents events;
  private final BrowserSessions sessions;

  /** With the cookie of whoever opened it. */
  private final Map<ServerSentEventConnection, String> pages = new ConcurrentHashMap<>();

  /** Pages that were told that it is over; who does not read that is cut off. */
  private final Set<ServerSentEventConnection> leaving = ConcurrentHashMap.newKeySet();

  private final Thread teller = Thread.ofVirtual().name("console-changes").unstarted(this::run);
  private final Thread doorman = Thread.ofVirtual().name("console-doorman").unstarted(this::watch);

  Changes(LiveEvents events, BrowserSessions sessions) {
    this.events = events;
    this.sessions = sessions;
    teller.start();
    doorman.start();
  }

  /**
   * Follows until the page is closed, or its reader is no longer signed in. Whoever asks has been
   * let in.
   *
   * @param cookie of their session
   */
  void follow(HttpServerExchange exchange, String cookie) throws Exception {
    if (pages.size() >= MOST_PAGES
        || pages.values().stream().filter(cookie::equals).count() >= MOST_PAGES_OF_ONE) {
      exchange.setStatusCode(503);
      exchange.endExchange();
      return;
    }
    new ServerSentEventHandler((page, lastEventId) -> opened(page, cookie)).handleRequest(exchange);
  }

  private void opened(ServerSentEventConnection page, String cookie) {
    page.setKeepAliveTime(KEEP_ALIVE.toMillis());
    page.addCloseTask(
        closed -> {
          pages.remove(closed);
          leaving.remove(closed);
        });
    pages.put(page, cookie);
    // What happened while a page was away it fetches now.
    for (LiveEvent.Kind kind : LiveEvent.Kind.values()) {
      page.send("1", name(kind), null, null);
    }
  }

  /** Somebody has signed out here: none of their pages follows any more. */
  void leave(String cookie) {
    pages.forEach(
        (page, whose) -> {
          if (whose.equals(cookie)) {
            end(page);
          }
        });
  }

  private void end(ServerSentEventConnection page) {
    if (leaving.add(page)) {
      page.send("1", END, null, null);
      page.shutdown();
    } else {
      cut(page);
    }
  }

  private static void cut(ServerSentEventConnection page) {
    try {
      page.close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("a page's connection broke as it was closed");
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(CHECK);
        seeOut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void seeOut() {
    if (pages.isEmpty()) {
      return;
    }
    try {
      Map<ServerSentEventConnection, String> open = Map.copyOf(pages);
      Set<String> in = sessions.stillIn(Set.copyOf(open.values()));
      open.forEach(
          (page, cookie) -> {
            if (!in.contains(cookie)) {
              end(page);
            }
          });
    } catch (RuntimeException e) {
      // Whether anybody is signed in is not known: pages come again, and are asked for it.
      log.atDebug().setCause(e).log("it is not known who is signed in; open pages are cut off");
      pages.keySet().forEach(Changes::cut);
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
      pages.keySet().forEach(page -> page.send("1", name(kind), null, null));
    }
  }

  private static String name(LiveEvent.Kind kind) {
    return kind.word() + "s";
  }

  /** The server closes the connections. */
  @Override
  public void close() {
    teller.interrupt();
    doorman.interrupt();
  }
}
