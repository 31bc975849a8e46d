package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.SingleCommand;
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
   * @param joins whether the client needs several sessions for one errand: what it does at one
   *     gateway then counts as one session to a grant that is for one, until it is quiet
   */
  record Visitor(
      SessionId session,
      VerifiedToken token,
      Resource resource,
      String client,
      String application,
      boolean joins) {

    /** Somebody whose one connection is one session. */
    public Visitor(
        SessionId session,
        VerifiedToken token,
        Resource resource,
        String client,
        String application) {
      this(session, token, resource, client, application, false);
    }

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
   * @param single what is left of a grant for one command
   */
  record Admitted(Access.Open access, LiveSessions.Handle session, SingleCommand single) {

    /** Somebody who shares what is left with nobody. */
    public Admitted(Access.Open access, LiveSessions.Handle session) {
      this(access, session, new SingleCommand(access.scope()));
    }
  }

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
