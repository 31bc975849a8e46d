package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of the door. A client of HTTP has none, so requests of one subject from one address
 * to one cluster are one while they follow each other; a stream is one of its own.
 */
final class Sessions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  /** All that is known of the subject: with other groups, or for somebody else, it is another. */
  private record Key(Subject subject, String credential, String resource, String address) {}

  private final ReleaseGate gate;
  private final Admission admission;
  private final Duration idle;
  private final Map<Key, KubeSession> open = new ConcurrentHashMap<>();
  private final Thread sweeper;

  Sessions(ReleaseGate gate, Admission admission, Duration idle) {
    this.gate = gate;
    this.admission = admission;
    this.idle = idle;
    sweeper = Thread.ofVirtual().name("kubernetes-sessions").start(this::sweep);
  }

  /** The session that the request belongs to, entered. */
  KubeSession enter(HttpExchange exchange, VerifiedToken token, Resource resource)
      throws NotAdmittedException {
    Key key =
        new Key(
            token.subject(),
            token.credential().map(credential -> credential.id()).orElse(""),
            resource.name(),
            address(exchange));
    while (true) {
      KubeSession known = open.get(key);
      if (known == null) {
        KubeSession made = open(exchange, token, resource);
        known = open.putIfAbsent(key, made);
        if (known == null) {
          known = made;
        } else {
          made.close("another request was quicker");
        }
      }
      if (known.enter(exchange)) {
        return known;
      }
      open.remove(key, known);
    }
  }

  /** A session for one stream, entered. */
  KubeSession stream(HttpExchange exchange, VerifiedToken token, Resource resource)
      throws NotAdmittedException {
    KubeSession session = open(exchange, token, resource);
    if (!session.enter(exchange)) {
      throw new NotAdmittedException("the session was ended as it began", "");
    }
    return session;
  }

  private KubeSession open(HttpExchange exchange, VerifiedToken token, Resource resource)
      throws NotAdmittedException {
    return KubeSession.open(
        gate,
        admission,
        token,
        resource,
        address(exchange),
        exchange.headers().first("user-agent").orElse(""));
  }

  static String address(HttpExchange exchange) {
    return exchange.remote().getAddress().getHostAddress();
  }

  private void sweep() {
    try {
      while (true) {
        Thread.sleep(idle.dividedBy(2));
        open.forEach(
            (key, session) -> {
              if (session.isIdleFor(idle.toNanos())) {
                open.remove(key, session);
                end(session, "idle");
              }
            });
      }
    } catch (InterruptedException e) {
      open.forEach((key, session) -> end(session, "the door closes"));
    }
  }

  private static void end(KubeSession session, String reason) {
    try {
      session.close(reason);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("session", session.id()).setCause(e).log("end not recorded");
    }
  }

  @Override
  public void close() {
    sweeper.interrupt();
    try {
      sweeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
