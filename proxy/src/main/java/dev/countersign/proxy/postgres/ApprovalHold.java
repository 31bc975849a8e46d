package dev.countersign.proxy.postgres;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.proxy.frontdoor.RetriedApprovals;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
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
   * @param statements what it consists of
   */
  record Request(
      FrozenCommand frozen,
      Decision.Approve decision,
      Recorder.Command command,
      List<ClassifiedStatement> statements) {}

  private final Request request;
  private final DoorServices services;
  private final Recorder recorder;
  private final Conversation conversation;
  private final EventExecutor loop;
  private final SessionScope scope;
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
      SessionScope scope,
      Consumer<Optional<Refusal>> onEnd) {
    this.request = request;
    this.services = services;
    this.recorder = recorder;
    this.conversation = conversation;
    this.loop = loop;
    this.scope = scope;
    session = scope.session().toString();
    this.onEnd = onEnd;
  }

  void start() {
    Thread.startVirtualThread(
        () -> {
          try {
            Optional<RetriedApprovals.Filed> known = services.retries().find(request.frozen());
            if (known.isPresent() && !known.get().isAnswered()) {
              loop.execute(() -> later(known.get().pending()));
            } else if (known.isPresent()
                && services.retries().take(request.frozen(), known.get())) {
              loop.execute(() -> onTaken(known.get()));
            } else {
              file();
            }
          } catch (SQLException | RuntimeException e) {
            LOG.atError().addKeyValue("session", session).setCause(e).log("approval not filed");
            loop.execute(() -> fail("the approval cannot be asked for; nothing was run"));
          }
        });
  }

  private void file() throws SQLException {
    CommandEvidence evidence =
        CommandEvidence.of(scope.upstream(), request.frozen(), request.statements());
    Approvals.Pending filed =
        services
            .approvals()
            .request(
                request.frozen(),
                session,
                request.decision().demand(),
                request.decision().why().rows(),
                evidence.exhibits(),
                sameness(evidence.state()));
    loop.execute(() -> onFiled(new RetriedApprovals.Filed(filed, evidence.state())));
  }

  /**
   * What the command is the same as: it calls the same functions and fires the same triggers only
   * while nobody has changed their definitions. Where its rows do not care, nobody looks.
   */
  private Optional<Fingerprints> sameness(String definitions) {
    return request.decision().demand().preApproval().isEmpty()
        ? Optional.empty()
        : services
            .classifier()
            .sameness(request.frozen().text())
            .map(same -> same.with(request.frozen().parameters()).using(definitions));
  }

  private void fail(String why) {
    end(Optional.of(Refusal.of(Refusal.IO_ERROR, why)));
  }

  /** The same command came before; its answer is there, and this one's alone. */
  private void onTaken(RetriedApprovals.Filed filed) {
    pending = filed.pending();
    onOutcome(filed, filed.pending().outcome().toCompletableFuture().join());
  }

  private void later(Approvals.Pending filed) {
    end(
        Optional.of(
            Refusal.later(
                request.decision().why().deciding(), recorder.name(request.command()), filed)));
  }

  private void onFiled(RetriedApprovals.Filed request) {
    Approvals.Pending filed = request.pending();
    if (ended) {
      withdraw(filed.id(), "the client has left");
      return;
    }
    try {
      recorder.requested(this.request.command(), filed);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("session", session).setCause(e).log("approval not recorded");
      withdraw(filed.id(), "the journal cannot be written");
      fail("the journal cannot be written");
      return;
    }
    if (request.isAnswered()) {
      await(request);
      return;
    }
    switch (scope.waiting()) {
      case HOLD -> await(request);
      case RETRY -> {
        if (services.retries().keep(this.request.frozen(), request)) {
          later(filed);
        } else {
          withdraw(filed.id(), "too many commands wait");
          fail("too many commands wait for approval; nothing was run");
        }
      }
    }
  }

  private void await(RetriedApprovals.Filed request) {
    Approvals.Pending filed = request.pending();
    pending = filed;
    if (!request.isAnswered()) {
      long interval = services.config().approvalNotice().toMillis();
      tell(filed);
      notices =
          loop.scheduleAtFixedRate(() -> tell(filed), interval, interval, TimeUnit.MILLISECONDS);
    }
    filed.outcome().thenAccept(outcome -> loop.execute(() -> onOutcome(request, outcome)));
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

  private void onOutcome(RetriedApprovals.Filed request, Outcome outcome) {
    Approvals.Pending filed = request.pending();
    if (ended) {
      notReleased(filed, outcome);
      return;
    }
    long sequence;
    try {
      sequence = recorder.answered(this.request.command(), filed.id(), outcome);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("session", session).setCause(e).log("answer not recorded");
      notReleased(filed, outcome);
      end(Optional.of(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written")));
      return;
    }
    Optional<Refusal> refusal = refusal(filed, outcome);
    if (refusal.isPresent()) {
      notReleased(filed, outcome);
      end(refusal);
      return;
    }
    services
        .journal()
        .durable(sequence)
        .thenApplyAsync(ignored -> isAsItWas(request), task -> Thread.startVirtualThread(task))
        .whenComplete(
            (same, failure) -> loop.execute(() -> onChecked(filed, failure == null, same)));
  }

  /** Whether the definitions of what the command names are those it was approved with. */
  private boolean isAsItWas(RetriedApprovals.Filed filed) {
    try {
      return CommandEvidence.stateOf(scope.upstream(), request.statements()).equals(filed.state());
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  private void onChecked(Approvals.Pending filed, boolean isChecked, @Nullable Boolean same) {
    if (isChecked && Boolean.TRUE.equals(same) && isCurrent() && !ended) {
      recorder.approved(request.command(), error -> report(filed.id(), error));
    } else {
      report(filed.id(), Optional.of("not released"));
    }
    if (!isChecked) {
      fail("the answer cannot be recorded or the database cannot be asked; nothing was run");
    } else if (!Boolean.TRUE.equals(same)) {
      end(no(filed, "came too late: what the command names has been changed meanwhile"));
    } else if (!isCurrent()) {
      end(no(filed, "came too late: the policy has changed meanwhile; send the command again"));
    } else {
      end(Optional.empty());
    }
  }

  private boolean isCurrent() {
    return services.policy().current().id().equals(request.frozen().policyVersion());
  }

  private void notReleased(Approvals.Pending filed, Outcome outcome) {
    if (outcome instanceof Outcome.Approved) {
      report(filed.id(), Optional.of("not released"));
    }
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
        if (!isCurrent()) {
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
    withdrawPending(Recorder.CANCELLED);
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
