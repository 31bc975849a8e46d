package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;

/**
 * Who speaks to what in one session; fixed when the session opens.
 *
 * @param access what for, and until when
 * @param waiting what the client does whose command needs an approval
 */
record SessionScope(
    SessionId session,
    Subject subject,
    Access.Open access,
    PostgresUpstream upstream,
    PostgresSessions.Waiting waiting) {
  SessionScope {
    requireNonNull(session, "session");
    requireNonNull(subject, "subject");
    requireNonNull(access, "access");
    requireNonNull(upstream, "upstream");
    requireNonNull(waiting, "waiting");
  }

  /** When the subject's token or grant ends, and with it the session. */
  Instant expires() {
    return access.until();
  }

  /** What stays as the gateway set it. */
  SessionSettings settings() {
    return new SessionSettings(session, upstream.sessions().limits());
  }
}
