package dev.countersign.decision.session;

import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.SingleCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Grants for one session whose clients need several connections for one errand: git asks twice to
 * push once. What one client does counts as one session until it has been quiet for a minute. Kept
 * by each gateway for itself. Safe for any number of threads.
 */
final class Sittings {

  private static final Duration QUIET = Duration.ofMinutes(1);

  /** Who sits where. */
  record Key(String issuer, String subject, String credential, String resource, String client) {

    static Key of(Admission.Visitor visitor) {
      return new Key(
          visitor.token().subject().issuer(),
          visitor.token().subject().id(),
          visitor.token().credential().map(credential -> credential.id()).orElse(""),
          visitor.resource().name(),
          visitor.client());
    }
  }

  /** One of them. */
  static final class Sitting {
    private final Access.Open access;
    private final SingleCommand single;
    private int open = 1;
    private Instant quietSince = Instant.MIN;
    private boolean ended;

    private Sitting(Access.Open access, SingleCommand single) {
      this.access = access;
      this.single = single;
    }

    Access.Open access() {
      return access;
    }

    SingleCommand single() {
      return single;
    }
  }

  private final Map<Key, Sitting> sittings = new HashMap<>();
  private final InstantSource clock;

  Sittings(InstantSource clock) {
    this.clock = clock;
  }

  /** A grant's one session begins. */
  synchronized Sitting begin(Key key, Access.Open access, SingleCommand single) {
    Sitting sitting = new Sitting(access, single);
    sittings.put(key, sitting);
    return sitting;
  }

  /** One more connection of a session that goes on. */
  synchronized Optional<Sitting> join(Key key) {
    Instant now = clock.instant();
    sittings.values().removeIf(sitting -> isOver(sitting, now));
    Optional<Sitting> sitting = Optional.ofNullable(sittings.get(key));
    sitting.ifPresent(joined -> joined.open++);
    return sitting;
  }

  private static boolean isOver(Sitting sitting, Instant now) {
    return sitting.ended
        || !sitting.access.until().isAfter(now)
        || (sitting.open == 0 && sitting.quietSince.plus(QUIET).isBefore(now));
  }

  /** One connection less. */
  synchronized void leave(Sitting sitting) {
    sitting.open--;
    sitting.quietSince = clock.instant();
  }

  /** Somebody has ended one of its connections: nobody joins it any more. */
  synchronized void end(Sitting sitting) {
    sitting.ended = true;
  }
}
