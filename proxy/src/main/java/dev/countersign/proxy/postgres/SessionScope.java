package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;

/**
 * Who speaks to what in one session; fixed when the session opens.
 *
 * @param expires when the subject's token ends, and with it the session
 */
record SessionScope(
    SessionId session, Subject subject, Instant expires, PostgresUpstream upstream) {
  /** What stays as the gateway set it. */
  SessionSettings settings() {
    return new SessionSettings(session, upstream.sessions().limits());
  }

  SessionScope {
    requireNonNull(session, "session");
    requireNonNull(subject, "subject");
    requireNonNull(expires, "expires");
    requireNonNull(upstream, "upstream");
  }
}
