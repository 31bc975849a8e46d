package dev.countersign.proxy.postgres;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command that waits for a human. Ends exactly once: with a yes, or with the refusal to tell
 * the client. Confined to the session's event loop.
 */
final class ApprovalHold {

  private static final Logger LOG = LoggerFactory.getLogger(ApprovalHold.class);

  private static final String NOTICE_STATE = "01000";

  /**
   * What waits.
   *
   * @param frozen exactly what will run
   * @param decision why it waits, and for whom
   * @param command its place in the journal
   */
  record Request(FrozenCommand frozen, Decision.Approve decision, Recorder.Command command) {}

  private final Request request;
  private final DoorServices services;
  private final Recorder recorder;
  private final Conversation conversation;
  private final EventExecutor loop;
  private final String session;
  private final Consumer<Optional<Refusal>> onEnd;
  private Approvals.@Nullable Pending pending;
  private @Nullable Future<?> notices;
  private boolean ended;

  /**
   * @param onEnd told once: empty for yes, else what to tell the client
   */
  ApprovalHold(
      Request request,
      DoorServices services,
      Recorder recorder,
      Conversation conversation,
      EventExecutor loop,
      String session,
      Consumer<Optional<Refusal>> onEnd) {
    this.request = request;
    this.services = services;
    this.recorder = recorder;
    this.conversation = conversation;
    this.loop = loop;
    this.session = session;
    this.onEnd = onEnd;
  }

  void start() {
    Thread.startVirtualThread(
        () -> {
          try {
            Approvals.Pending filed =
                services
                    .approvals()
                    .request(
                        request.frozen(),
                        session,
                        request.decision().demand(),
                        request.decision().why().rows());
            loop.execute(() -> onFiled(filed));
          } catch (RuntimeException e) {
            LOG.atError().addKeyValue("session", session).setCause(e).log("approval not filed");
            loop.execute(
                () ->
                    end(
                        Optional.of(
                            Refusal.of(
                                Refusal.IO_ERROR,
                                "the approval cannot be asked for; nothing was run"))));
          }
        });
  }

  private void onFiled(Approvals.Pending filed) {
    if (ended) {
      withdraw(filed.id(), "the client has left");
      return;
    }
    pending = filed;
    try {
      recorder.requested(request.command(), filed);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("session", session).setCause(e).log("approval not recorded");
      withdraw(filed.id(), "the journal cannot be written");
      end(Optional.of(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written")));
      return;
    }
    if (!filed.outcome().toCompletableFuture().isDone()) {
      long interval = services.config().approvalNotice().toMillis();
      tell(filed);
      notices =
          loop.scheduleAtFixedRate(() -> tell(filed), interval, interval, TimeUnit.MILLISECONDS);
    }
    filed.outcome().thenAccept(outcome -> loop.execute(() -> onOutcome(filed, outcome)));
  }

  private void tell(Approvals.Pending filed) {
    MatchedRow row = request.decision().why().deciding();
    conversation.notice(
        Notice.of(
                "NOTICE",
                NOTICE_STATE,
                "waiting for approval "
                    + filed.id()
                    + " ("
                    + row.rule()
                    + ": "
                    + row.reason()
                    + ")")
            .with('D', "Until " + filed.expires() + "; digest " + filed.digest())
            .with('H', filed.url().toString()));
  }

  private void onOutcome(Approvals.Pending filed, Outcome outcome) {
    if (ended) {
      return;
    }
    long sequence;
    try {
      sequence = recorder.answered(request.command(), filed.id(), outcome);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("session", session).setCause(e).log("answer not recorded");
      end(Optional.of(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written")));
      return;
    }
    Optional<Refusal> refusal = refusal(filed, outcome);
    if (refusal.isPresent()) {
      if (outcome instanceof Outcome.Approved) {
        report(filed.id(), Optional.of("not released"));
      }
      end(refusal);
      return;
    }
    recorder.approved(request.command(), error -> report(filed.id(), error));
    services
        .journal()
        .durable(sequence)
        .whenComplete(
            (ignored, failure) ->
                loop.execute(
                    () ->
                        end(
                            failure == null
                                ? Optional.empty()
                                : Optional.of(
                                    Refusal.of(
                                        Refusal.IO_ERROR, "the journal cannot be written")))));
  }

  private void report(String approval, Optional<String> error) {
    Thread.startVirtualThread(
        () -> {
          try {
            error.ifPresentOrElse(
                why -> services.approvals().failed(approval, why),
                () -> services.approvals().executed(approval));
          } catch (RuntimeException e) {
            LOG.atWarn()
                .addKeyValue("approval", approval)
                .setCause(e)
                .log("the end of an approved command is in the journal only");
          }
        });
  }

  private Optional<Refusal> refusal(Approvals.Pending filed, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Approved(Subject _, String _, String digest) -> {
        if (!digest.equals(filed.digest())) {
          yield no(filed, "was given for another command");
        }
        if (!services.policy().current().id().equals(request.frozen().policyVersion())) {
          yield no(
              filed, "came too late: the policy has changed meanwhile; send the command again");
        }
        yield Optional.empty();
      }
      case Outcome.Denied(Subject approver, String comment) ->
          no(filed, "was denied by " + approver.name() + (comment.isEmpty() ? "" : ": " + comment));
      case Outcome.Expired() -> no(filed, "expired before anybody answered");
      case Outcome.Withdrawn(String reason) -> no(filed, "was withdrawn: " + reason);
    };
  }

  private Optional<Refusal> no(Approvals.Pending filed, String outcome) {
    return Optional.of(
        Refusal.notApproved(
            request.decision().why().deciding(),
            recorder.name(request.command()),
            filed.id(),
            outcome));
  }

  /** The client does not want to wait any longer. */
  void cancel() {
    withdrawPending("cancelled by the client");
    end(Optional.of(Refusal.of(Refusal.QUERY_CANCELED, "canceling statement due to user request")));
  }

  /** The session is over; nobody is told. */
  void abandon(String reason) {
    withdrawPending(reason);
    stop();
  }

  private void withdrawPending(String reason) {
    if (!ended && pending != null) {
      recorder.answered(request.command(), pending.id(), new Outcome.Withdrawn(reason));
      withdraw(pending.id(), reason);
    }
  }

  private void withdraw(String approval, String reason) {
    Thread.startVirtualThread(() -> services.approvals().withdraw(approval, reason));
  }

  private void end(Optional<Refusal> refusal) {
    if (stop()) {
      onEnd.accept(refusal);
    }
  }

  private boolean stop() {
    if (ended) {
      return false;
    }
    ended = true;
    if (notices != null) {
      notices.cancel(false);
    }
    return true;
  }
}
