package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.grant.SingleCommand;
import dev.countersign.decision.quota.Meters;
import dev.countersign.decision.session.Sittings.Sitting;
import dev.countersign.decision.store.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets in whoever has a grant, or needs none, and keeps the sessions that come of it. */
public final class GrantedAdmission implements Admission {

  private static final Logger log = LoggerFactory.getLogger(GrantedAdmission.class);

  private final Grants grants;
  private final LiveSessions sessions;
  private final Meters meters;
  private final Sittings sittings = new Sittings(InstantSource.system());

  /** Of two first requests of one client the second joins what the first begins. */
  private final ReentrantLock[] doors =
      IntStream.range(0, 64).mapToObj(_ -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  /** Without bounds on what they do. */
  public GrantedAdmission(Grants grants, LiveSessions sessions) {
    this(grants, sessions, Meters.NONE);
  }

  /**
   * @param meters how much each subject may do and take
   */
  public GrantedAdmission(Grants grants, LiveSessions sessions, Meters meters) {
    this.meters = requireNonNull(meters, "meters");
    this.grants = requireNonNull(grants, "grants");
    this.sessions = requireNonNull(sessions, "sessions");
  }

  @Override
  public Admitted admit(Visitor visitor, Consumer<String> closer) throws NotAdmittedException {
    try {
      return known(visitor, closer);
    } catch (RuntimeException e) {
      if (!Database.isAway(e)) {
        throw e;
      }
      log.atWarn()
          .addKeyValue("subject", visitor.token().subject().id())
          .addKeyValue("resource", visitor.resource().name())
          .setCause(e)
          .log("not let in: the gateway's own database does not answer");
      throw NotAdmittedException.databaseAway();
    }
  }

  private Admitted known(Visitor visitor, Consumer<String> closer) throws NotAdmittedException {
    if (!visitor.joins()) {
      return first(visitor, closer);
    }
    Sittings.Key key = Sittings.Key.of(visitor);
    ReentrantLock door = doors[Math.floorMod(key.hashCode(), doors.length)];
    door.lock();
    try {
      Optional<Sitting> sitting = sittings.join(key);
      return sitting.isPresent() ? join(visitor, sitting.get(), closer) : first(visitor, closer);
    } finally {
      door.unlock();
    }
  }

  private Admitted join(Visitor visitor, Sitting sitting, Consumer<String> closer)
      throws NotAdmittedException {
    try {
      return sitting(sitting, enter(visitor, sitting.access(), ending(sitting, closer)));
    } catch (NotAdmittedException | RuntimeException e) {
      sittings.leave(sitting);
      throw e;
    }
  }

  private Admitted sitting(Sitting sitting, LiveSessions.Handle handle) {
    return new Admitted(
        sitting.access(),
        () -> {
          handle.close();
          sittings.leave(sitting);
        },
        sitting.single());
  }

  private Consumer<String> ending(Sitting sitting, Consumer<String> closer) {
    return reason -> {
      sittings.end(sitting);
      closer.accept(reason);
    };
  }

  private Admitted first(Visitor visitor, Consumer<String> closer) throws NotAdmittedException {
    return switch (grants.check(visitor.token(), visitor.resource())) {
      case Access.Closed(String message, String hint) ->
          throw new NotAdmittedException(message, hint);
      case Access.Open open ->
          begin(visitor, open.metered(meters.of(visitor.token().subject())), closer);
    };
  }

  private Admitted begin(Visitor visitor, Access.Open open, Consumer<String> closer)
      throws NotAdmittedException {
    // Asked before the grant is used up: afterwards nothing may fail any more.
    boolean isSitting = visitor.joins() && grants.isForOneSession(open);
    AtomicReference<Consumer<String>> end = new AtomicReference<>(closer);
    LiveSessions.Handle handle = enter(visitor, open, reason -> end.get().accept(reason));
    boolean begun = false;
    try {
      begun = grants.begin(open);
    } finally {
      if (!begun) {
        handle.close();
      }
    }
    if (!begun) {
      throw new NotAdmittedException(
          "the grant has ended, or its one session has begun already",
          "Ask for another: countersign request " + visitor.resource().name() + " --reason …");
    }
    if (!isSitting) {
      return new Admitted(open, handle);
    }
    Sitting sitting =
        sittings.begin(Sittings.Key.of(visitor), open, new SingleCommand(open.scope()));
    end.set(ending(sitting, closer));
    return sitting(sitting, handle);
  }

  private LiveSessions.Handle enter(Visitor visitor, Access.Open open, Consumer<String> closer)
      throws NotAdmittedException {
    try {
      return sessions.enter(entrance(visitor, open), closer);
    } catch (TooManySessionsException e) {
      throw new NotAdmittedException(
          String.valueOf(e.getMessage()),
          "Close one of them first; see: countersign sessions live");
    }
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
        open.until(),
        visitor.token().expires());
  }
}
