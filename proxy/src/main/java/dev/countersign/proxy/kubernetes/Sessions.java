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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
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

  /** Of whoever comes at the same time one opens the session, and the others wait for it. */
  private final Map<Key, CompletableFuture<Optional<KubeSession>>> open = new ConcurrentHashMap<>();

  private final Thread sweeper;

  Sessions(ReleaseGate gate, Admission admission, Duration idle) {
    this.gate = gate;
    this.admission = admission;
    this.idle = idle;
    sweeper = Thread.ofVirtual().name("kubernetes-sessions").start(this::sweep);
  }

  /** The session that the request belongs to, entered. */
  KubeSession enter(HttpExchange exchange, VerifiedToken token, Resource resource)
      throws NotAdmittedException, InterruptedException {
    Key key =
        new Key(
            token.subject(),
            token.credential().map(credential -> credential.id()).orElse(""),
            resource.name(),
            address(exchange));
    while (true) {
      CompletableFuture<Optional<KubeSession>> ours = new CompletableFuture<>();
      CompletableFuture<Optional<KubeSession>> known = open.putIfAbsent(key, ours);
      if (known == null) {
        begin(key, ours, exchange, token, resource);
        known = ours;
      }
      Optional<KubeSession> session = opened(known);
      if (session.isPresent() && session.get().enter(exchange)) {
        return session.get();
      }
      open.remove(key, known);
    }
  }

  private void begin(
      Key key,
      CompletableFuture<Optional<KubeSession>> ours,
      HttpExchange exchange,
      VerifiedToken token,
      Resource resource)
      throws NotAdmittedException {
    try {
      ours.complete(Optional.of(open(exchange, token, resource)));
    } finally {
      // Whoever waits for it tries by itself, if nothing came of it.
      if (ours.complete(Optional.empty())) {
        open.remove(key, ours);
      }
    }
  }

  private static Optional<KubeSession> opened(CompletableFuture<Optional<KubeSession>> opening)
      throws InterruptedException {
    try {
      return opening.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an opening is never exceptional", e);
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
            (key, opening) ->
                now(opening)
                    .filter(session -> session.isIdleFor(idle.toNanos()))
                    .ifPresent(
                        session -> {
                          open.remove(key, opening);
                          end(session, "idle");
                        }));
      }
    } catch (InterruptedException e) {
      open.values()
          .forEach(opening -> now(opening).ifPresent(session -> end(session, "the door closes")));
    }
  }

  private static Optional<KubeSession> now(CompletableFuture<Optional<KubeSession>> opening) {
    return opening.getNow(Optional.empty());
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
