package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.GateSession;
import dev.countersign.proxy.frontdoor.HttpExchange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a session may end before its exchange is over: its grant has ended, somebody has killed it,
 * or the gateway stops.
 */
final class Ending {

  private final HttpExchange exchange;
  private final Duration lastWords;
  private final CompletableFuture<GateSession> session = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * @param lastWords how long it has to tell its client why
   */
  Ending(HttpExchange exchange, Duration lastWords) {
    this.exchange = requireNonNull(exchange, "exchange");
    this.lastWords = requireNonNull(lastWords, "lastWords");
  }

  /** The session has begun; if its end has come already, it ends at once. */
  void begun(GateSession begun) {
    session.complete(begun);
  }

  /** Lets nothing through any more, and hangs up once the client may have heard why. */
  void end(String why) {
    var _ = session.thenAccept(open -> open.end(why));
    if (lastWords.isZero()) {
      exchange.abort();
    } else {
      // Whoever ends one session may have others to end.
      Thread.ofVirtual().name("last-words").start(this::hangUp);
    }
  }

  private void hangUp() {
    if (!isOverIn(lastWords)) {
      exchange.abort();
    }
  }

  /** The exchange is over, and all of it is on record. */
  void over() {
    over.countDown();
  }

  /** Whether it is, after so long at most. */
  boolean isOverIn(Duration patience) {
    try {
      return over.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
