package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request that waits for a human, while its client waits for it. */
record Hold(
    Approvals approvals, Policy policy, KubeSession session, Subject subject, Resource resource) {

  /** How it ended. */
  sealed interface End {

    /**
     * It may run; {@link #ran} is told what came of it.
     *
     * @param by who said so, for the client to know
     */
    record Yes(String approval, String by) implements End {}

    record No(Refusal refusal) implements End {}
  }

  End await(
      HttpExchange exchange,
      Asked asked,
      KubeSession.Command command,
      Decision.Approve decision,
      List<Exhibit> exhibits) {
    FrozenCommand frozen =
        new FrozenCommand(
            asked.text(), List.of(), resource.name(), subject, decision.why().policyVersion());
    Approvals.Pending pending =
        approvals.request(
            frozen, session.id().value(), decision.demand(), decision.why().rows(), exhibits);
    CompletableFuture<Outcome> wait = pending.outcome().toCompletableFuture().copy();
    Outcome.Withdrawn left = new Outcome.Withdrawn("the client has left");
    exchange.onClosed(() -> wait.complete(left));
    Outcome outcome;
    try {
      session.requested(command, pending);
      outcome = wait.join();
    } catch (RuntimeException e) {
      approvals.withdraw(pending.id(), "the journal cannot be written");
      throw e;
    }
    if (outcome.equals(left)) {
      approvals.withdraw(pending.id(), left.reason());
    }
    session.answered(command, pending.id(), outcome);
    return end(pending, outcome, decision, session.name(command));
  }

  private End end(
      Approvals.Pending pending, Outcome outcome, Decision.Approve decision, String name) {
    MatchedRow because = decision.why().deciding();
    return switch (outcome) {
      case Outcome.Approved(Subject by, String _, String digest) -> {
        if (!digest.equals(pending.digest())) {
          approvals.failed(pending.id(), "the approval is for another request");
          yield no(because, name, pending, "is for another request");
        }
        if (!session.within(policy.current()).id().equals(decision.why().policyVersion())) {
          approvals.failed(pending.id(), "the policy has changed");
          yield no(because, name, pending, "is void: the policy has changed; ask again");
        }
        yield new End.Yes(pending.id(), "approved by " + by.name() + " (" + pending.id() + ")");
      }
      case Outcome.Denied(Subject by, String comment) ->
          no(
              because,
              name,
              pending,
              "denied by " + by.name() + (comment.isEmpty() ? "" : ": " + comment));
      case Outcome.Expired() -> no(because, name, pending, "expired: nobody answered in time");
      case Outcome.Withdrawn(String reason) -> no(because, name, pending, "withdrawn: " + reason);
    };
  }

  /**
   * Tells what came of an approved request.
   *
   * @param error empty if it has run
   */
  void ran(String approval, String error) {
    if (error.isEmpty()) {
      approvals.executed(approval);
    } else {
      approvals.failed(approval, error);
    }
  }

  private static End no(
      MatchedRow because, String name, Approvals.Pending pending, String outcome) {
    return new End.No(Refusal.notApproved(because, name, pending.id(), outcome));
  }
}
