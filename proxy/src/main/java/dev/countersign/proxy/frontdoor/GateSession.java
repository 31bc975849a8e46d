package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ApprovalAnswered.Answer;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.proxy.frontdoor.Passage.Refused.Cause;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session at the {@link ReleaseGate}. Safe for any number of threads: each command takes one,
 * which may block.
 */
public final class GateSession {

  private static final Logger log = LoggerFactory.getLogger(GateSession.class);

  /**
   * A command that was judged.
   *
   * @param text its canonical text: exactly what runs, all of it; an approval binds these bytes
   * @param facts what the rules saw
   * @param decision what they said
   * @param changesState whether it can change something that outlives its session
   * @param exhibits made only if a human is asked
   */
  public record Command(
      String text,
      CommandFacts facts,
      Decision decision,
      boolean changesState,
      Supplier<List<Exhibit>> exhibits) {
    public Command {
      requireNonNull(text, "text");
      requireNonNull(facts, "facts");
      requireNonNull(decision, "decision");
      requireNonNull(exhibits, "exhibits");
    }
  }

  private final ReleaseGate gate;
  private final SessionId id;
  private final Subject subject;
  private final Resource resource;
  private final AtomicLong commands = new AtomicLong();
  private final CompletableFuture<Outcome> left = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  GateSession(ReleaseGate gate, SessionId id, Subject subject, Resource resource) {
    this.gate = gate;
    this.id = id;
    this.subject = subject;
    this.resource = resource;
  }

  public SessionId id() {
    return id;
  }

  /**
   * Brings a command to its end at the gate; blocks while a human is asked.
   *
   * @throws InterruptedException if the thread is interrupted; then the command does not run
   */
  public Passage pass(Command command, Waiting waiting) throws InterruptedException {
    long number = commands.incrementAndGet();
    MatchedRow row = command.decision().why().deciding();
    long sequence;
    try {
      sequence = decided(number, command);
    } catch (JournalException e) {
      return unrecorded(number, row, e);
    }
    return switch (command.decision()) {
      case Decision.Block _ ->
          refused(
              number,
              row,
              Cause.BLOCKED,
              "blocked by policy " + row.rule() + " (" + row.reason() + ")");
      case Decision.Approve approve -> held(number, command, approve, waiting);
      case Decision.Allow _, Decision.Mask _ ->
          released(
              number,
              row,
              gate.journal().releasable(sequence, command.changesState()),
              error -> {});
    };
  }

  private long decided(long number, Command command) {
    Decision decision = command.decision();
    return gate.journal()
        .append(
            new Event.CommandDecided(
                id,
                number,
                command.text(),
                List.of(),
                command.facts(),
                decision.verdict(),
                decision.why().policyVersion(),
                decision.why().rows()));
  }

  private Passage released(
      long number, MatchedRow row, CompletionStage<Void> recorded, Consumer<Optional<String>> onEnd)
      throws InterruptedException {
    try {
      recorded.toCompletableFuture().get();
    } catch (ExecutionException e) {
      return unrecorded(number, row, e);
    }
    if (left.isDone()) {
      return refused(number, row, Cause.LEFT, "the session is over");
    }
    return new Passage.Released(new Release(gate.journal(), id, number, onEnd));
  }

  private Passage held(long number, Command command, Decision.Approve approve, Waiting waiting)
      throws InterruptedException {
    MatchedRow row = approve.why().deciding();
    Approvals.Pending pending;
    try {
      pending =
          gate.approvals()
              .request(
                  new FrozenCommand(
                      command.text(),
                      List.of(),
                      resource.name(),
                      subject,
                      approve.why().policyVersion()),
                  id.value(),
                  approve.demand(),
                  approve.why().rows(),
                  command.exhibits().get());
    } catch (RuntimeException e) {
      log.atError().addKeyValue("session", id).setCause(e).log("approval not filed");
      return refused(
          number, row, Cause.UNAVAILABLE, "the approval cannot be asked for; nothing was run");
    }
    boolean answered = false;
    boolean approved = false;
    boolean released = false;
    try {
      gate.journal()
          .append(
              new Event.ApprovalRequested(
                  id, number, pending.id(), pending.digest(), pending.expires()));
      Outcome outcome = await(pending, waiting);
      answered = !isGone(outcome) && !(outcome instanceof Outcome.Withdrawn);
      approved = outcome instanceof Outcome.Approved;
      long sequence = gate.journal().append(answer(number, pending.id(), outcome));
      Optional<Passage> no = refusal(number, approve, pending, outcome);
      if (no.isPresent()) {
        return no.get();
      }
      Passage passage =
          released(
              number, row, gate.journal().durable(sequence), error -> report(pending.id(), error));
      released = passage instanceof Passage.Released;
      return passage;
    } catch (JournalException e) {
      return unrecorded(number, row, e);
    } finally {
      if (!answered) {
        withdraw(pending.id());
      }
      if (approved && !released) {
        report(pending.id(), Optional.of("not released"));
      }
    }
  }

  private static final Outcome.Withdrawn GONE = new Outcome.Withdrawn("the client has left");

  private static boolean isGone(Outcome outcome) {
    return GONE.equals(outcome);
  }

  private Outcome await(Approvals.Pending pending, Waiting waiting) throws InterruptedException {
    CompletableFuture<Outcome> first = left.applyToEither(pending.outcome(), outcome -> outcome);
    while (true) {
      try {
        // Once at least, however quick the answer is: the client is to know that a human was asked.
        waiting.told(pending);
        return first.get(gate.notice().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Nobody has said anything yet.
      } catch (IOException e) {
        return GONE;
      } catch (ExecutionException e) {
        throw new IllegalStateException("an outcome is never exceptional", e);
      }
    }
  }

  private void withdraw(String approval) {
    try {
      gate.approvals().withdraw(approval, "nobody waits for it any more");
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("session", id).setCause(e).log("approval not withdrawn");
    }
  }

  private void report(String approval, Optional<String> error) {
    try {
      error.ifPresentOrElse(
          why -> gate.approvals().failed(approval, why), () -> gate.approvals().executed(approval));
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("session", id)
          .setCause(e)
          .log("the end of an approved command is in the journal only");
    }
  }

  private Optional<Passage> refusal(
      long number, Decision.Approve approve, Approvals.Pending pending, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Approved(Subject _, String _, String digest) -> {
        if (!digest.equals(pending.digest())) {
          yield no(number, approve, pending, "was given for another command");
        }
        if (!gate.policy().current().id().equals(approve.why().policyVersion())) {
          yield no(
              number,
              approve,
              pending,
              "came too late: the policy has changed meanwhile; send the command again");
        }
        yield Optional.empty();
      }
      case Outcome.Denied(Subject approver, String comment) ->
          no(
              number,
              approve,
              pending,
              "was denied by " + approver.name() + (comment.isEmpty() ? "" : ": " + comment));
      case Outcome.Expired() -> no(number, approve, pending, "expired before anybody answered");
      case Outcome.Withdrawn(String reason) ->
          Optional.of(
              new Passage.Refused(
                  left.isDone() || isGone(outcome) ? Cause.LEFT : Cause.NOT_APPROVED,
                  name(number),
                  approve.why().deciding(),
                  Optional.of(pending.id()),
                  "approval " + pending.id() + " was withdrawn: " + reason));
    };
  }

  private Optional<Passage> no(
      long number, Decision.Approve approve, Approvals.Pending pending, String outcome) {
    MatchedRow row = approve.why().deciding();
    return Optional.of(
        new Passage.Refused(
            Cause.NOT_APPROVED,
            name(number),
            row,
            Optional.of(pending.id()),
            "not approved: approval "
                + pending.id()
                + ", demanded by "
                + row.rule()
                + ", "
                + outcome));
  }

  private Event answer(long number, String approval, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Approved(Subject approver, String comment, String _) ->
          answer(number, approval, Answer.APPROVED, Optional.of(approver), comment);
      case Outcome.Denied(Subject approver, String comment) ->
          answer(number, approval, Answer.DENIED, Optional.of(approver), comment);
      case Outcome.Expired() -> answer(number, approval, Answer.EXPIRED, Optional.empty(), "");
      case Outcome.Withdrawn(String reason) ->
          answer(number, approval, Answer.WITHDRAWN, Optional.empty(), reason);
    };
  }

  private Event answer(
      long number, String approval, Answer answer, Optional<Subject> approver, String comment) {
    return new Event.ApprovalAnswered(id, number, approval, answer, approver, comment);
  }

  private Passage unrecorded(long number, MatchedRow row, Exception cause) {
    log.atError().addKeyValue("session", id).setCause(cause).log("command not recorded");
    return refused(
        number, row, Cause.UNAVAILABLE, "the journal cannot be written; nothing was run");
  }

  private Passage refused(long number, MatchedRow row, Cause cause, String message) {
    return new Passage.Refused(cause, name(number), row, Optional.empty(), message);
  }

  private String name(long number) {
    return id + "/" + number;
  }

  /**
   * The client has gone, or must go: what waits for a human is withdrawn, and nothing is released
   * any more. What has been released goes on.
   */
  public void leave(String reason) {
    left.complete(new Outcome.Withdrawn(reason));
  }

  /** Ends the session on the record; only the first end counts. */
  public void close(String reason) {
    leave(reason);
    if (closed.compareAndSet(false, true)) {
      gate.journal().append(new Event.SessionClosed(id, reason, commands.get()));
    }
  }
}
