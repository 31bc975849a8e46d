package dev.countersign.proxy.frontdoor;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ApprovalAnswered.Answer;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.proxy.frontdoor.Passage.Refused.Cause;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command at the {@link ReleaseGate} that needs a human's yes. Used by one thread. */
final class Held {

  private static final Logger log = LoggerFactory.getLogger(Held.class);
  private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward", "proxy");
  private static final Outcome.Withdrawn GONE = new Outcome.Withdrawn("the client has left");

  private final GateSession session;
  private final long number;
  private final GateSession.Command command;
  private final Decision.Approve approve;
  private final MatchedRow row;
  private final FrozenCommand frozen;

  Held(GateSession session, long number, GateSession.Command command, Decision.Approve approve) {
    this.session = session;
    this.number = number;
    this.command = command;
    this.approve = approve;
    row = approve.why().deciding();
    frozen =
        new FrozenCommand(
            command.text(),
            List.of(),
            session.resource().name(),
            session.subject(),
            approve.why().policyVersion());
  }

  private ReleaseGate gate() {
    return session.gate();
  }

  /** Asks, waits if the client does, and releases what was approved. */
  Passage pass(Waiting waiting) throws InterruptedException {
    RetriedApprovals.Filed filed;
    try {
      Optional<RetriedApprovals.Filed> known =
          waiting.stays() ? Optional.empty() : gate().retries().find(frozen);
      if (known.isPresent() && !known.get().isAnswered()) {
        return asked(known.get().pending());
      }
      boolean isOurs = known.isPresent() && gate().retries().take(frozen, known.get());
      filed = isOurs ? known.get() : file();
    } catch (MootException e) {
      return moot(e);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("session", session.id()).setCause(e).log("approval not filed");
      return session.refused(
          number, row, Cause.UNAVAILABLE, "the approval cannot be asked for; nothing was run");
    }
    if (filed.isAnswered()) {
      return answered(filed, filed.pending().outcome().toCompletableFuture().join());
    }
    return waiting.stays() ? wait(filed, waiting) : leave(filed);
  }

  private RetriedApprovals.Filed file() throws MootException {
    Evidence.Gathered gathered = command.evidence().gather();
    Approvals.Pending pending =
        gate()
            .approvals()
            .request(
                frozen,
                session.id().value(),
                approve.demand(),
                approve.why().rows(),
                gathered.exhibits(),
                sameness());
    try {
      gate()
          .journal()
          .append(
              new Event.ApprovalRequested(
                  session.id(), number, pending.id(), pending.digest(), pending.expires()));
    } catch (JournalException e) {
      withdraw(pending.id());
      throw e;
    }
    return new RetriedApprovals.Filed(pending, gathered.state());
  }

  /**
   * A request to a cluster is the same if its whole text is. A push names its objects, so there is
   * no second one; what goes on as a stream does more than its text says.
   */
  private Optional<Fingerprints> sameness() {
    return switch (command.facts()) {
      case CommandFacts.Kubernetes(KubeRequest request) ->
          STREAMS.contains(subresource(request))
              ? Optional.empty()
              : Optional.of(
                  new Fingerprints(
                      Fingerprints.digest(List.of("kubernetes", command.text())),
                      Optional.empty()));
      case CommandFacts.Git _, CommandFacts.Sql _ -> Optional.empty();
    };
  }

  private static String subresource(KubeRequest request) {
    String object = request.target().object();
    return object.substring(object.indexOf('/') + 1);
  }

  /** The upstream's no to a command that nobody was asked about. */
  private Passage moot(MootException e) {
    new Release(gate().journal(), session.id(), number, Optional.empty(), error -> {})
        .failed(e.code());
    return session.refused(number, row, Cause.MOOT, String.valueOf(e.getMessage()));
  }

  private Passage leave(RetriedApprovals.Filed filed) {
    if (gate().retries().keep(frozen, filed)) {
      return asked(filed.pending());
    }
    withdraw(filed.pending().id());
    return session.refused(
        number, row, Cause.UNAVAILABLE, "too many commands wait for approval; nothing was run");
  }

  private Passage asked(Approvals.Pending pending) {
    return refused(
        Cause.ASKED,
        pending,
        "waiting for approval "
            + pending.id()
            + " ("
            + row.rule()
            + ": "
            + row.reason()
            + ") until "
            + pending.expires()
            + ", "
            + pending.url()
            + "; send the same command again once it is approved");
  }

  private Passage wait(RetriedApprovals.Filed filed, Waiting waiting) throws InterruptedException {
    boolean over = false;
    try {
      Outcome outcome = await(filed.pending(), waiting);
      over = !GONE.equals(outcome) && !(outcome instanceof Outcome.Withdrawn);
      return answered(filed, outcome);
    } finally {
      if (!over) {
        withdraw(filed.pending().id());
      }
    }
  }

  private Outcome await(Approvals.Pending pending, Waiting waiting) throws InterruptedException {
    CompletableFuture<Outcome> first =
        session
            .left()
            .applyToEither(pending.outcome(), outcome -> outcome)
            .applyToEither(waiting.gone().thenApply(gone -> GONE), outcome -> outcome);
    while (true) {
      try {
        // Once at least, however quick the answer is: the client is to know that a human was asked.
        waiting.told(pending);
        return first.get(gate().notice().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Nobody has said anything yet.
      } catch (IOException e) {
        return GONE;
      } catch (ExecutionException e) {
        throw new IllegalStateException("an outcome is never exceptional", e);
      }
    }
  }

  private Passage answered(RetriedApprovals.Filed filed, Outcome outcome)
      throws InterruptedException {
    Approvals.Pending pending = filed.pending();
    boolean released = false;
    try {
      long sequence = gate().journal().append(answer(pending.id(), outcome));
      Optional<Passage> no = refusal(pending, outcome);
      if (no.isPresent()) {
        return no.get();
      }
      Passage passage =
          session.released(
              number,
              row,
              gate().journal().durable(sequence),
              Optional.of(new Release.Approval(pending.id(), approver(outcome), filed.state())),
              error -> report(pending.id(), error));
      released = passage instanceof Passage.Released;
      return passage;
    } catch (JournalException e) {
      return session.unrecorded(number, row, e);
    } finally {
      if (outcome instanceof Outcome.Approved && !released) {
        report(pending.id(), Optional.of("not released"));
      }
    }
  }

  private static String approver(Outcome outcome) {
    return outcome instanceof Outcome.Approved(Subject by, String _, String _) ? by.name() : "";
  }

  private Optional<Passage> refusal(Approvals.Pending pending, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Approved(Subject _, String _, String digest) -> {
        if (!digest.equals(pending.digest())) {
          yield no(pending, "was given for another command");
        }
        if (!gate().policy().current().id().equals(approve.why().policyVersion())) {
          yield no(
              pending, "came too late: the policy has changed meanwhile; send the command again");
        }
        yield Optional.empty();
      }
      case Outcome.Denied(Subject approver, String comment) ->
          no(
              pending,
              "was denied by " + approver.name() + (comment.isEmpty() ? "" : ": " + comment));
      case Outcome.Expired() -> no(pending, "expired before anybody answered");
      case Outcome.Withdrawn(String reason) ->
          Optional.of(
              refused(
                  session.left().isDone() || GONE.equals(outcome) ? Cause.LEFT : Cause.NOT_APPROVED,
                  pending,
                  "approval " + pending.id() + " was withdrawn: " + reason));
    };
  }

  private Optional<Passage> no(Approvals.Pending pending, String outcome) {
    return Optional.of(
        refused(
            Cause.NOT_APPROVED,
            pending,
            "not approved: approval "
                + pending.id()
                + ", demanded by "
                + row.rule()
                + ", "
                + outcome));
  }

  private Passage refused(Cause cause, Approvals.Pending pending, String message) {
    return new Passage.Refused(
        cause, session.name(number), row, Optional.of(pending.id()), message);
  }

  private Event answer(String approval, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Approved(Subject approver, String comment, String _) ->
          answer(approval, Answer.APPROVED, Optional.of(approver), comment);
      case Outcome.Denied(Subject approver, String comment) ->
          answer(approval, Answer.DENIED, Optional.of(approver), comment);
      case Outcome.Expired() -> answer(approval, Answer.EXPIRED, Optional.empty(), "");
      case Outcome.Withdrawn(String reason) ->
          answer(approval, Answer.WITHDRAWN, Optional.empty(), reason);
    };
  }

  private Event answer(String approval, Answer answer, Optional<Subject> approver, String comment) {
    return new Event.ApprovalAnswered(session.id(), number, approval, answer, approver, comment);
  }

  private void withdraw(String approval) {
    try {
      gate().approvals().withdraw(approval, "nobody waits for it any more");
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("session", session.id()).setCause(e).log("approval not withdrawn");
    }
  }

  private void report(String approval, Optional<String> error) {
    try {
      error.ifPresentOrElse(
          why -> gate().approvals().failed(approval, why),
          () -> gate().approvals().executed(approval));
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("session", session.id())
          .setCause(e)
          .log("the end of an approved command is in the journal only");
    }
  }
}
