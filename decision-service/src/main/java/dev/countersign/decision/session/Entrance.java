package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Optional;

/**
 * How a session begins.
 *
 * @param resource on what
 * @param client the client's address
 * @param application what the client calls itself; may be empty
 * @param grant the grant it stands on; empty where access stands without one
 * @param credential the session credential it was opened with, if it was
 * @param until when it ends by itself
 * @param atMost until when it may go on if its grant is made to hold longer
 */
public record Entrance(
    SessionId id,
    Subject subject,
    String resource,
    String client,
    String application,
    Optional<String> grant,
    Optional<String> credential,
    Instant until,
    Instant atMost) {

  /** A session whose end does not move. */
  public Entrance(
      SessionId id,
      Subject subject,
      String resource,
      String client,
      String application,
      Optional<String> grant,
      Optional<String> credential,
      Instant until) {
    this(id, subject, resource, client, application, grant, credential, until, until);
  }

  public Entrance {
    requireNonNull(id, "id");
    requireNonNull(subject, "subject");
    requireNonNull(resource, "resource");
    requireNonNull(client, "client");
    requireNonNull(application, "application");
    requireNonNull(grant, "grant");
    requireNonNull(credential, "credential");
    requireNonNull(until, "until");
    requireNonNull(atMost, "atMost");
  }
}
