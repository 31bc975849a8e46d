package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * A yes beforehand, or the wish for one. Times are the database's.
 *
 * <pre>
 * REQUESTED ── yes ──► GIVEN ── its time ───────► EXPIRED
 *     │                  ├───── somebody ───────► REVOKED
 *     │                  └───── another policy ─► VOIDED
 *     └────── no ──────► DENIED
 * </pre>
 *
 * @param id short enough to type
 * @param model the request whose command it is made from
 * @param statement the beginning of that command
 * @param anyValues whether literals and parameters may be others each time
 * @param subject whose command it is
 * @param approverGroups who says yes to it, as they do to the command
 * @param window how long it holds, from the last yes on
 * @param askedBy who wished for it
 * @param approval the request by which it is answered
 * @param until when it ends by itself; empty until it is given
 */
public record PreApproval(
    String id,
    State state,
    String model,
    String statement,
    String fingerprint,
    boolean anyValues,
    Subject subject,
    String resource,
    String policyVersion,
    Set<Set<String>> approverGroups,
    int quorum,
    Duration window,
    String reason,
    Subject askedBy,
    Instant requested,
    Optional<String> approval,
    Optional<Subject> approver,
    Optional<Instant> until,
    Optional<Ending> ending) {

  /** Where a pre-approval stands. */
  public enum State {
    REQUESTED,
    GIVEN,
    DENIED,
    EXPIRED,
    REVOKED,
    VOIDED
  }

  /**
   * How it ended.
   *
   * @param by who ended it, if anybody did
   */
  public record Ending(Instant at, Optional<Subject> by, String comment) {}

  public PreApproval {
    requireNonNull(state, "state");
    requireNonNull(subject, "subject");
    approverGroups = Set.copyOf(approverGroups);
    requireNonNull(approval, "approval");
    requireNonNull(approver, "approver");
    requireNonNull(until, "until");
    requireNonNull(ending, "ending");
  }

  /** Whether somebody may know of it: its subject, and the humans whose yes it needs. */
  public boolean concerns(Subject viewer) {
    return viewer.isSameAs(subject) || isAnsweredBy(viewer);
  }

  /** Whether somebody is one of the humans whose yes it needs. */
  public boolean isAnsweredBy(Subject viewer) {
    return viewer.kind() == Subject.Kind.HUMAN
        && approverGroups.stream().noneMatch(entry -> Collections.disjoint(entry, viewer.groups()));
  }
}
