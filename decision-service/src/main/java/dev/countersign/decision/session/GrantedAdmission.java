package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.Grants;
import java.util.function.Consumer;

/** Lets in whoever has a grant, or needs none, and keeps the sessions that come of it. */
public final class GrantedAdmission implements Admission {

  private final Grants grants;
  private final LiveSessions sessions;

  public GrantedAdmission(Grants grants, LiveSessions sessions) {
    this.grants = requireNonNull(grants, "grants");
    this.sessions = requireNonNull(sessions, "sessions");
  }

  @Override
  public Admitted admit(Visitor visitor, Consumer<String> closer) throws NotAdmittedException {
    return switch (grants.check(visitor.token(), visitor.resource())) {
      case Access.Closed(String message, String hint) ->
          throw new NotAdmittedException(message, hint);
      case Access.Open open -> enter(visitor, open, closer);
    };
  }

  private Admitted enter(Visitor visitor, Access.Open open, Consumer<String> closer)
      throws NotAdmittedException {
    LiveSessions.Handle handle;
    try {
      handle = sessions.enter(entrance(visitor, open), closer);
    } catch (TooManySessionsException e) {
      throw new NotAdmittedException(
          String.valueOf(e.getMessage()),
          "Close one of them first; see: countersign sessions live");
    }
    if (!grants.begin(open)) {
      handle.close();
      throw new NotAdmittedException(
          "the grant has ended, or its one session has begun already",
          "Ask for another: countersign request " + visitor.resource().name() + " --reason …");
    }
    return new Admitted(open, handle);
  }

  private static Entrance entrance(Visitor visitor, Access.Open open) {
    return new Entrance(
        visitor.session(),
        visitor.token().subject(),
        visitor.resource().name(),
        visitor.client(),
        visitor.application(),
        open.grant(),
        visitor.token().credential().map(credential -> credential.id()),
        open.until());
  }
}
