package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.rules.fact.Resource;
import java.util.function.Consumer;

/** Lets subjects in at a door. Every door asks it, for every session. */
public interface Admission {

  /**
   * Somebody at a door.
   *
   * @param token who, verified
   * @param client the client's address
   * @param application what the client calls itself; may be empty
   */
  record Visitor(
      SessionId session,
      VerifiedToken token,
      Resource resource,
      String client,
      String application) {

    public Visitor {
      requireNonNull(session, "session");
      requireNonNull(token, "token");
      requireNonNull(resource, "resource");
      requireNonNull(client, "client");
      requireNonNull(application, "application");
    }
  }

  /**
   * Somebody who was let in.
   *
   * @param access what for and until when
   * @param session to be closed when the session is over
   */
  record Admitted(Access.Open access, LiveSessions.Handle session) {}

  /**
   * Lets a visitor in. Touches the database: call it on a virtual thread.
   *
   * @param closer ends the session for the reason it is given; called at most once, on a thread of
   *     its own
   * @throws NotAdmittedException if the visitor may not come in
   * @throws RuntimeException if that cannot be found out: nobody is let in then
   */
  Admitted admit(Visitor visitor, Consumer<String> closer) throws NotAdmittedException;
}
