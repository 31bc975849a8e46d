package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.PreApproval.State;
import dev.countersign.decision.approval.PreApprovalResult.Asked;
import dev.countersign.decision.approval.PreApprovalResult.Refused;
import dev.countersign.decision.approval.PreApprovalResult.Unknown;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.verdict.ApprovalDemand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those who say yes to a command say yes to the same command for a while, where its row allows
 * that. It is asked of them as the command itself is, so the same groups, quorum and separation of
 * duties hold, and so do look before yes, signature and record. Safe for any number of threads.
 */
public final class PreApprovals {

  private static final Logger log = LoggerFactory.getLogger(PreApprovals.class);

  /** How long the approvers have. */
  private static final Duration EXPIRY = Duration.ofHours(1);

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final int LONGEST_REASON = 500;
  private static final int MOST_LISTED = 200;
  private static final String PREFIX = "P-";

  private final PreApprovalTable table;
  private final StoredApprovals approvals;
  private final Policy policy;
  private final Journal journal;

  public PreApprovals(
      Database database, StoredApprovals approvals, Policy policy, Journal journal) {
    this.table = new PreApprovalTable(database.jdbi());
    this.approvals = requireNonNull(approvals, "approvals");
    this.policy = requireNonNull(policy, "policy");
    this.journal = requireNonNull(journal, "journal");
  }

  /**
   * Asks the approvers of a request to say yes to its command for a while.
   *
   * @param by who wishes that; whoever may see the request may wish it
   */
  public PreApprovalResult request(String request, Subject by, Duration window, String reason) {
    Optional<Approval> found = approvals.find(by, request);
    if (found.isEmpty()) {
      return new Unknown();
    }
    Approval model = found.get();
    Optional<Refused> objection = objection(model, window, reason);
    if (objection.isPresent()) {
      return objection.get();
    }
    String id = ApprovalId.random(PREFIX);
    table.insert(id, model.id(), window, reason, by);
    PreApproval wish = table.find(id).orElseThrow();
    Approvals.Pending pending = ask(wish, model);
    table.waitsFor(id, pending.id());
    journal.append(
        new Event.ApprovalRequested(
            new SessionId(id), 1, pending.id(), pending.digest(), pending.expires()));
    var _ =
        pending
            .outcome()
            .thenAccept(outcome -> answered(wish, pending.id(), outcome))
            .exceptionally(
                failure -> {
                  log.atError()
                      .setCause(failure)
                      .addKeyValue("preApproval", id)
                      .log("the answer about a pre-approval could not be carried out");
                  return null;
                });
    return new Asked(table.find(id).orElse(wish), pending.url());
  }

  private Optional<Refused> objection(Approval model, Duration window, String reason) {
    Optional<Duration> longest = model.summary().preApprovable();
    if (longest.isEmpty()) {
      return refused(
          "nobody may say yes to this beforehand",
          "the rows that ask need a Pre-approval in the workbook; git has none, nor have commands"
              + " whose text does not tell all they do");
    }
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(longest.get()) > 0) {
      return refused(
          "a pre-approval of this is for 1 minute to " + ShortTime.of(longest.get()),
          "ask for less time");
    }
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      return refused("a reason has 1 to " + LONGEST_REASON + " characters", "say why");
    }
    if (model.state() == Approval.State.DENIED) {
      return refused(model.id() + " was denied", "have the command sent again, and answered");
    }
    if (!policy.current().id().equals(model.command().policyVersion())) {
      return refused(
          "the policy has changed since " + model.id(), "have the command sent again first");
    }
    return Optional.empty();
  }

  private static Optional<Refused> refused(String message, String hint) {
    return Optional.of(new Refused(message, hint));
  }

  private Approvals.Pending ask(PreApproval wish, Approval model) {
    return approvals.request(
        new FrozenCommand(
            text(wish, model), List.of(), wish.resource(), wish.subject(), wish.policyVersion()),
        wish.id(),
        new ApprovalDemand(wish.approverGroups(), wish.quorum(), EXPIRY),
        model.rows(),
        model.exhibits());
  }

  /** What an approver says yes to. */
  private static String text(PreApproval wish, Approval model) {
    return Stream.concat(
            Stream.of(
                "pre-approve on %s, for %s from the last yes on"
                    .formatted(wish.resource(), ShortTime.of(wish.window())),
                "of:     " + wish.subject().name(),
                "values: "
                    + (wish.anyValues()
                        ? "others each time, literals and parameters alike"
                        : "the same each time"),
                "reason: " + wish.reason(),
                "by:     " + wish.askedBy().name(),
                "as in:  " + wish.model(),
                "",
                model.command().text()),
            model.command().parameters().stream().map(PreApprovals::shown))
        .collect(Collectors.joining("\n"));
  }

  private static String shown(FrozenCommand.Parameter parameter) {
    return "-- parameter (type %d, format %d): %s"
        .formatted(
            parameter.typeOid(),
            parameter.format(),
            parameter.value().map(hex -> "\\x" + hex).orElse("NULL"));
  }

  private void answered(PreApproval wish, String approval, Outcome outcome) {
    switch (outcome) {
      case Outcome.Approved(Subject approver, String comment, String _) -> {
        answer(wish, approval, Event.ApprovalAnswered.Answer.APPROVED, approver, comment);
        if (!policy.current().id().equals(wish.policyVersion())) {
          end(wish.id(), State.DENIED, Optional.empty(), "the policy has changed meanwhile");
          approvals.failed(approval, "the policy has changed meanwhile");
        } else if (table.give(wish.id(), approver, given -> announce(given(given))).isPresent()) {
          approvals.executed(approval);
        } else {
          approvals.failed(approval, "the wish had been taken back");
        }
      }
      case Outcome.Denied(Subject approver, String comment) -> {
        answer(wish, approval, Event.ApprovalAnswered.Answer.DENIED, approver, comment);
        end(wish.id(), State.DENIED, Optional.of(approver), comment);
      }
      case Outcome.Expired() ->
          end(wish.id(), State.DENIED, Optional.empty(), "nobody answered in time");
      case Outcome.Withdrawn(String reason) ->
          end(wish.id(), State.DENIED, Optional.empty(), reason);
    }
  }

  private void answer(
      PreApproval wish,
      String approval,
      Event.ApprovalAnswered.Answer answer,
      Subject approver,
      String comment) {
    journal.append(
        new Event.ApprovalAnswered(
            new SessionId(wish.id()), 1, approval, answer, Optional.of(approver), comment));
  }

  private static Event given(PreApproval given) {
    return new Event.PreApprovalGiven(
        given.id(),
        given.subject(),
        given.resource(),
        given.fingerprint(),
        given.anyValues(),
        given.policyVersion(),
        given.approval().orElse(""),
        given.until().orElseThrow());
  }

  /**
   * Takes a pre-approval back: from then on the command waits for people again.
   *
   * @return whether it had not ended before
   */
  public boolean revoke(PreApproval given, Subject by, String comment) {
    return end(given.id(), State.REVOKED, Optional.of(by), comment);
  }

  private boolean end(String id, State state, Optional<Subject> by, String comment) {
    return table.end(id, state, by, comment, ended -> announce(ended(ended))).isPresent();
  }

  private static Event ended(PreApproval ended) {
    PreApproval.Ending ending = ended.ending().orElseThrow();
    return new Event.PreApprovalEnded(
        ended.id(),
        ended.resource(),
        Event.PreApprovalEnded.End.valueOf(ended.state().name()),
        ending.by(),
        ending.comment());
  }

  private void announce(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /**
   * Ends what is over its time, what was given under another policy, and wishes that nobody
   * answered; to be called now and then.
   */
  public void expire() {
    String inForce = policy.current().id();
    while (table.expireOne(over -> announce(ended(over))).isPresent()
        || table.voidOne(inForce, over -> announce(ended(over))).isPresent()
        || table.abandonOne(left -> announce(ended(left))).isPresent()) {
      // Until there is none.
    }
  }

  /** A pre-approval, if there is one. Who may see it is for the caller to say. */
  public Optional<PreApproval> find(String id) {
    return table.find(ApprovalId.typed(id));
  }

  /** The newest of all, at most 200. Who may see them is for the caller to say. */
  public List<PreApproval> recent() {
    return table.recent(MOST_LISTED);
  }
}
