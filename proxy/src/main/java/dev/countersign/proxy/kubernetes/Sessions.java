package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.journal.Journal;
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

  private record Key(String issuer, String subject, String resource, String address) {}

  private final Journal journal;
  private final Duration idle;
  private final Map<Key, KubeSession> open = new ConcurrentHashMap<>();
  private final Thread sweeper;

  Sessions(Journal journal, Duration idle) {
    this.journal = journal;
    this.idle = idle;
    sweeper = Thread.ofVirtual().name("kubernetes-sessions").start(this::sweep);
  }

  /** The session that the request belongs to, entered. */
  KubeSession enter(Subject subject, Resource resource, String address, String application) {
    Key key = new Key(subject.issuer(), subject.id(), resource.name(), address);
    while (true) {
      KubeSession session =
          open.computeIfAbsent(
              key, made -> new KubeSession(journal, subject, resource, address, application));
      if (session.enter()) {
        return session;
      }
      open.remove(key, session);
    }
  }

  /** A session for one stream, entered. */
  KubeSession stream(Subject subject, Resource resource, String address, String application) {
    KubeSession session = new KubeSession(journal, subject, resource, address, application);
    session.enter();
    return session;
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
