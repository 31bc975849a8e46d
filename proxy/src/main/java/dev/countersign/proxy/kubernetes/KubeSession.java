package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.quota.Meter;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.GateSession;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.policy.PolicyVersion;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client does at one cluster: its requests until it is quiet for a while, or one stream.
 * Used by any number of threads.
 */
final class KubeSession {

  private final ReleaseGate gate;
  private final SessionId id = SessionId.random();
  private final Set<HttpExchange> running = ConcurrentHashMap.newKeySet();
  private volatile long lastUsed = System.nanoTime();
  private Admission.@Nullable Admitted admitted;
  private @Nullable GateSession session;
  private boolean closed;

  private KubeSession(ReleaseGate gate) {
    this.gate = gate;
  }

  /**
   * Lets a client in, and records that its session begins.
   *
   * @throws NotAdmittedException if it may not come in, or that cannot be recorded
   */
  static KubeSession open(
      ReleaseGate gate,
      Admission admission,
      VerifiedToken token,
      Resource resource,
      String address,
      String application)
      throws NotAdmittedException {
    KubeSession made = new KubeSession(gate);
    Admission.Admitted by =
        admission.admit(
            new Admission.Visitor(made.id, token, resource, address, application, true),
            made::close);
    try {
      made.opened(
          by, gate.open(made.id, token.subject(), resource, address, application, by.single()));
    } catch (RuntimeException e) {
      // Not on the record: then nobody is let in, and nothing counts as open.
      by.session().close();
      if (e instanceof JournalException unwritable) {
        throw NotAdmittedException.unrecorded(unwritable);
      }
      throw e;
    }
    return made;
  }

  private synchronized void opened(Admission.Admitted by, GateSession at) {
    admitted = by;
    session = at;
    if (closed) {
      by.session().close();
      at.close("ended as it began");
    }
  }

  /** The policy in force, as it is for this session. */
  synchronized PolicyVersion policy() {
    return requireNonNull(admitted, "admitted").access().within(gate.policy().current());
  }

  /** What its subject takes. */
  synchronized Meter meter() {
    return requireNonNull(admitted, "admitted").access().meter();
  }

  /** Its place at the gate. */
  synchronized GateSession gate() {
    return requireNonNull(session, "session");
  }

  SessionId id() {
    return id;
  }

  /**
   * Whether it goes on; no other thread but the one that kills it ends it before {@link #leave}.
   */
  synchronized boolean enter(HttpExchange exchange) {
    if (closed) {
      return false;
    }
    running.add(exchange);
    return true;
  }

  void leave(HttpExchange exchange) {
    lastUsed = System.nanoTime();
    running.remove(exchange);
  }

  boolean isIdleFor(long nanos) {
    return running.isEmpty() && System.nanoTime() - lastUsed > nanos;
  }

  /** Ends it with everything that still runs in it, and records that; only once. */
  void close(String reason) {
    Admission.@Nullable Admitted by;
    @Nullable GateSession at;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      by = admitted;
      at = session;
    }
    running.forEach(HttpExchange::abort);
    if (by != null) {
      by.session().close();
    }
    if (at != null) {
      at.close(reason);
    }
  }
}
