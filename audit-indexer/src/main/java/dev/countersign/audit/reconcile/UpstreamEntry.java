package dev.countersign.audit.reconcile;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that an upstream says it was asked to do.
 *
 * @param where file and line
 * @param who the upstream's own name of who asked, and from where
 * @param session what it says of a session of ours: an id, if it names one
 * @param key what it is, in the same form as {@link Issued#key}
 * @param what for people
 * @param origin whose it claims to be
 */
record UpstreamEntry(
    Instant time,
    String where,
    String who,
    Optional<String> session,
    String key,
    String what,
    Origin origin) {

  /** Whose an entry claims to be. */
  enum Origin {
    /** A session's that the gateway carries. */
    SESSION,
    /** The gateway's own. */
    GATEWAY,
    ANYBODY
  }
}
