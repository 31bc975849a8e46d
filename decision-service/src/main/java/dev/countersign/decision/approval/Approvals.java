package dev.countersign.decision.approval;

import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks humans about frozen commands. */
public interface Approvals {

  /**
   * Files a request. Touches the database: call it on a virtual thread.
   *
   * @param session the session that waits, for the approver's eyes
   * @param rows why it was stopped, the deciding row first
   * @param exhibits what helps a human to answer
   */
  Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits);

  /**
   * Files a request about a command at a door, to which a yes may stand already.
   *
   * @param fingerprints what the command is the same as; empty where nobody can tell
   */
  default Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints) {
    return request(command, session, demand, rows, exhibits);
  }

  /** Files a request that says all there is to see of it. */
  default Pending request(
      FrozenCommand command, String session, ApprovalDemand demand, List<MatchedRow> rows) {
    return request(command, session, demand, rows, List.of());
  }

  /** Ends a wait that nobody waits for any more. Touches the database. */
  void withdraw(String approval, String reason);

  /** An approved command has run. Touches the database. */
  void executed(String approval);

  /**
   * An approved command did not run after all, or failed. Touches the database.
   *
   * @param error why, in a few words or a code; nothing of the command
   */
  void failed(String approval, String error);

  /**
   * A request that waits.
   *
   * @param id short enough to type
   * @param digest SHA-256 in hex over the canonical form of the frozen command
   * @param url where an approver sees it
   * @param expires when it is refused by itself
   * @param outcome completes once, never exceptionally, on a thread of the decision service
   */
  record Pending(
      String id, String digest, URI url, Instant expires, CompletionStage<Outcome> outcome) {}

  /**
   * Keeps a request whose client comes again instead of waiting, for whatever gateway it comes to.
   * Touches the database.
   *
   * @param objects what the command's objects were when it was filed
   * @return whether there was such a request
   */
  boolean keep(String approval, String objects);

  /** What is kept for a command, and nobody has taken. Touches the database. */
  Optional<Kept> kept(FrozenCommand command);

  /**
   * Takes the answer to a kept request. Touches the database.
   *
   * @return whether it is the caller's: of any number of gateways one gets it
   */
  boolean take(String approval);

  /**
   * A kept request.
   *
   * @param pending completes at once if there is an answer, and never otherwise
   * @param objects what the command's objects were when it was filed
   */
  record Kept(Pending pending, String objects) {}
}
