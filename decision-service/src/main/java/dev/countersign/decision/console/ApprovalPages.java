package dev.countersign.decision.console;

import dev.countersign.decision.approval.AnswerResult;
import dev.countersign.decision.approval.AnswerResult.Recorded;
import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Unknown;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.console.ApprovalDetail.Standing;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What waits for a human: the inbox, and one request with the form that answers it. */
final class ApprovalPages {

  private static final int MAX_COMMENT = 2000;
  private static final int MOST_SIMILAR = 5;

  private final ConsoleParts parts;
  private final StoredApprovals approvals;

  private final Custody custody;

  ApprovalPages(ConsoleParts parts, Custody custody) {
    this.parts = parts;
    this.custody = custody;
    this.approvals = parts.approvals();
  }

  /** How many requests wait for anybody's answer. */
  long waiting() {
    return approvals.waiting();
  }

  /** How many requests wait for an answer of somebody's. */
  long waitingFor(Subject viewer) {
    return approvals.list(viewer, Optional.of(State.WAITING)).stream()
        .filter(summary -> approvals.mayAnswer(viewer, summary))
        .count();
  }

  /**
   * For every open page: how many requests wait for an answer of its reader's, as its frame says.
   */
  Answer count(Visit visit) {
    return new Answer.Part("waitingcount", visit.subject());
  }

  Answer inbox(Visit visit) {
    boolean all = visit.query("all").isPresent();
    List<ApprovalItem> items =
        approvals
            .list(visit.subject(), all ? Optional.empty() : Optional.of(State.WAITING))
            .stream()
            .map(summary -> item(visit.subject(), summary))
            .toList();
    Inbox inbox = new Inbox(items, all);
    return visit.isPartial()
        ? new Answer.Part("inboxlist", inbox)
        : Answer.Page.of(Section.APPROVALS, "Approvals", "inbox", inbox);
  }

  private ApprovalItem item(Subject viewer, Approval.Summary summary) {
    return ApprovalItem.of(summary, approvals.mayAnswer(viewer, summary));
  }

  Answer detail(Visit visit) throws Refusal {
    Approval approval = shown(visit);
    ApprovalDetail detail = detail(visit, approval, Optional.empty(), "");
    return visit.isPartial() ? new Answer.Part("approvalstate", detail) : page(200, detail);
  }

  private Approval shown(Visit visit) throws Refusal {
    Optional<Approval> asked = approvals.view(visit.subject(), visit.id());
    return asked.isPresent() ? asked.get() : readAlong(visit);
  }

  /** Whoever may read what an agent did may read what it waited for, and is on the record. */
  private Approval readAlong(Visit visit) throws Refusal {
    Approval approval =
        approvals
            .recorded(visit.id())
            .filter(one -> parts.readers().mayRead(visit.subject(), one.summary().subject()))
            .orElseThrow(ApprovalPages::unknown);
    custody.read(visit.subject(), approval.summary().session(), "approval " + approval.id());
    return approval;
  }

  private static Refusal unknown() {
    return Refusal.notFound("There is no such approval, or it is not yours to see.");
  }

  private static Answer page(int status, ApprovalDetail detail) {
    return new Answer.Page(
        status,
        detail.item().who() + " on " + detail.item().resource(),
        Section.APPROVALS,
        "approval",
        detail);
  }

  Answer approve(Visit visit) throws Refusal {
    return answer(visit, StoredApprovals.Answer.APPROVE);
  }

  Answer deny(Visit visit) throws Refusal {
    return answer(visit, StoredApprovals.Answer.DENY);
  }

  private Answer answer(Visit visit, StoredApprovals.Answer answer) throws Refusal {
    Optional<String> lack = parts.stepUp().lackOf(visit.session().signIn(), Instant.now());
    if (lack.isPresent()) {
      return again(visit, "Nothing was done: " + lack.get() + ".");
    }
    String comment = visit.field("comment").strip();
    if (comment.length() > MAX_COMMENT) {
      return again(visit, "A reason has at most 2000 characters.");
    }
    AnswerResult result =
        approvals.answer(
            visit.id(),
            answer,
            visit.subject(),
            visit.field("digest"),
            Optional.of(visit.field("view")),
            comment);
    return switch (result) {
      case Recorded(Approval approval) ->
          new dev.countersign.decision.console.Answer.Elsewhere(
              "/approvals/%s?done=%s".formatted(approval.id(), done(approval)));
      case Unknown() -> throw unknown();
      case Refused(var _, String message) -> again(visit, "Nothing was done: " + message + ".");
    };
  }

  private static String done(Approval approval) {
    return switch (approval.state()) {
      case WAITING -> "voted";
      case DENIED -> "denied";
      case APPROVED, EXECUTED, FAILED, EXPIRED, WITHDRAWN -> "approved";
    };
  }

  private dev.countersign.decision.console.Answer again(Visit visit, String problem)
      throws Refusal {
    return page(409, detail(visit, shown(visit), Optional.of(problem), visit.field("comment")));
  }

  private ApprovalDetail detail(
      Visit visit, Approval approval, Optional<String> problem, String draft) {
    Approval.Summary summary = approval.summary();
    Optional<Resource> resource =
        parts.access().resources().find(Upstream.class, summary.resource()).map(Upstream::resource);
    boolean isSession = parts.access().grants().find(summary.session()).isEmpty();
    String kind = isSession ? ApprovalDetail.kind(resource) : "grant";
    String text = approval.command().text();
    return new ApprovalDetail(
        item(visit.subject(), summary),
        summary.session(),
        kind,
        kind.equals("postgres") ? Shown.sql(text) : Shown.text(text),
        ApprovalDetail.writer(kind, summary.subject()),
        approval.digest(),
        approvals.viewDigest(approval),
        ApprovalDetail.parameters(approval.command()),
        approval.rows(),
        Impact.of(approval.exhibits()),
        approval.exhibits().stream().map(ExhibitView::of).toList(),
        grant(summary),
        ApprovalDetail.groups(summary.approverGroups()),
        approval.yes().stream().map(ApprovalDetail::said).toList(),
        approval.ending().map(ApprovalDetail::said),
        approval.run().map(run -> run.error().isEmpty() ? "It ran." : Shown.line(run.error())),
        similar(visit.subject(), summary),
        standing(visit, summary),
        problem,
        draft);
  }

  private Optional<String> grant(Approval.Summary summary) {
    return parts
        .access()
        .sessions()
        .find(summary.session())
        .flatMap(session -> session.grant())
        .flatMap(parts.access().grants()::find)
        .map(grant -> Shown.line(grant.id() + ": " + grant.reason()));
  }

  private List<ApprovalItem> similar(Subject viewer, Approval.Summary like) {
    return approvals.list(viewer, Optional.empty()).stream()
        .filter(other -> other.state() != State.WAITING && !other.id().equals(like.id()))
        .filter(other -> other.resource().equals(like.resource()))
        .filter(other -> other.deciding().rule().equals(like.deciding().rule()))
        .limit(MOST_SIMILAR)
        .map(other -> item(viewer, other))
        .toList();
  }

  private static String over(State state) {
    return switch (state) {
      case WAITING, APPROVED, DENIED, EXECUTED, FAILED -> "It has been answered.";
      case EXPIRED -> "Nobody answered in time.";
      case WITHDRAWN -> "It is no longer asked.";
    };
  }

  private Standing standing(Visit visit, Approval.Summary summary) {
    Subject viewer = visit.subject();
    if (summary.state() != State.WAITING) {
      return new Standing.MayLook(over(summary.state()));
    }
    Optional<String> objection = approvals.objection(viewer, summary);
    if (objection.isPresent()) {
      return new Standing.MayLook("Not yours to answer: " + objection.get() + ".");
    }
    if (!approvals.mayAnswer(viewer, summary)) {
      return new Standing.MayLook(
          "Not yours to answer: it is for %s."
              .formatted(String.join(" and ", ApprovalDetail.groups(summary.approverGroups()))));
    }
    return parts
        .stepUp()
        .lackOf(visit.session().signIn(), Instant.now())
        .<Standing>map(Standing.MustSignInAgain::new)
        .orElseGet(Standing.MayAnswer::new);
  }
}
