package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Optional;

/**
 * A grant, or the wish for one. Times are the database's.
 *
 * <pre>
 * REQUESTED ── yes ──► GIVEN ── its time ─────────► EXPIRED
 *     │                  ├───── somebody ─────────► REVOKED
 *     │                  └───── its one session ──► USED
 *     └────── no ──────► DENIED, or REVOKED by its own subject
 * </pre>
 *
 * @param id short enough to type
 * @param once whether it opens one session only
 * @param rule the row of the sheet Access that decided
 * @param policyVersion under which policy
 * @param approval the approval it waits for, or was given by
 * @param ending how it ended, if it has
 */
public record Grant(
    String id,
    State state,
    Subject subject,
    String resource,
    GrantScope scope,
    String reason,
    Instant from,
    Instant until,
    boolean once,
    String rule,
    String policyVersion,
    Optional<String> approval,
    Instant requested,
    Optional<Ending> ending) {

  /** Where a grant stands. */
  public enum State {
    REQUESTED,
    GIVEN,
    DENIED,
    EXPIRED,
    REVOKED,
    /** The one session it was for has begun, and may go on. */
    USED
  }

  /**
   * How it ended.
   *
   * @param by who ended it, if anybody did
   */
  public record Ending(Instant at, Optional<Subject> by, String comment) {}

  public Grant {
    requireNonNull(state, "state");
    requireNonNull(subject, "subject");
    requireNonNull(scope, "scope");
    requireNonNull(approval, "approval");
    requireNonNull(ending, "ending");
  }
}
