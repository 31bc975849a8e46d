package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A filed request, whole.
 *
 * <p>Its states, of which the right-hand ones are final:
 *
 * <pre>
 * WAITING ── so many say yes ──► APPROVED ── it ran ────────────────► EXECUTED
 *    │  │                           └─────── it did not, or failed ─► FAILED
 *    │  └─── an approver says no ───► DENIED
 *    ├────── nobody says anything ──► EXPIRED
 *    └────── nobody waits any more ─► WITHDRAWN
 * </pre>
 *
 * @param summary what a list shows of it
 * @param digest SHA-256 in hex over the command
 * @param command what runs if the answer is yes
 * @param rows why it waits, the deciding row first
 * @param exhibits what helps to answer
 * @param yes who said yes, in that order
 * @param ending how the wait ended; empty while it waits
 * @param run what became of an approved command; empty until that is known
 */
public record Approval(
    Summary summary,
    String digest,
    FrozenCommand command,
    List<MatchedRow> rows,
    List<Exhibit> exhibits,
    List<Yes> yes,
    Optional<Ending> ending,
    Optional<Run> run) {

  /** Where a request stands. */
  public enum State {
    WAITING,
    APPROVED,
    DENIED,
    EXPIRED,
    WITHDRAWN,
    EXECUTED,
    FAILED
  }

  /**
   * What a list shows of a request.
   *
   * @param id short enough to type
   * @param beginning the first {@link #BEGINNING} characters of the text
   * @param textLength characters of the whole text
   * @param deciding the row that made it wait
   * @param approverGroups an approver must be in a group of each entry
   * @param quorum how many different approvers must say yes
   * @param saidYes how many have
   * @param escalatedTo the group that may answer too, since nobody did for so long
   * @param standing the pre-approval or the emergency that answered it at once, if one did
   * @param preApprovable for how long at most its approvers may say yes to the same beforehand;
   *     empty if they may not
   */
  public record Summary(
      String id,
      State state,
      String resource,
      Subject subject,
      String session,
      String beginning,
      int textLength,
      MatchedRow deciding,
      Set<Set<String>> approverGroups,
      int quorum,
      int saidYes,
      Instant requested,
      Instant expires,
      Optional<String> escalatedTo,
      Optional<String> standing,
      Optional<Duration> preApprovable) {

    /** Characters. */
    public static final int BEGINNING = 200;
  }

  /**
   * One approver's yes.
   *
   * @param at by the clock of the database
   */
  public record Yes(Subject by, Instant at, String comment) {}

  /**
   * How a request ended.
   *
   * @param by the human whose answer ended it, if one did
   * @param at by the clock of the database
   * @param comment the approver's, or why it was withdrawn
   */
  public record Ending(Optional<Subject> by, Instant at, String comment) {}

  /**
   * What became of an approved command.
   *
   * @param at by the clock of the database
   * @param error why it did not run, or failed; empty if it ran
   */
  public record Run(Instant at, String error) {}

  public Approval {
    requireNonNull(summary, "summary");
    requireNonNull(digest, "digest");
    requireNonNull(command, "command");
    rows = List.copyOf(rows);
    exhibits = List.copyOf(exhibits);
    yes = List.copyOf(yes);
    requireNonNull(ending, "ending");
    requireNonNull(run, "run");
  }

  public String id() {
    return summary.id();
  }

  public State state() {
    return summary.state();
  }
}
