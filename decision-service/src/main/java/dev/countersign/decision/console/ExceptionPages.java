package dev.countersign.decision.console;

import dev.countersign.decision.approval.PreApproval;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.rules.fact.Subject;
import java.util.List;

/**
 * What runs without anybody being asked: emergencies, and what approvers said yes to beforehand.
 */
final class ExceptionPages {

  private static final int LONGEST_REASON = 500;

  private final AccessApi access;

  ExceptionPages(ConsoleParts parts) {
    this.access = parts.access();
  }

  Answer show(Visit visit) {
    Subject viewer = visit.subject();
    List<ExceptionView.Beforehand> beforehand =
        access.preApprovals().recent().stream()
            .filter(one -> access.maySee(viewer, one))
            .map(one -> ExceptionView.Beforehand.of(one, access.mayEnd(viewer, one)))
            .toList();
    List<ExceptionView.BreakGlass> emergencies =
        access.maySeeEmergencies(viewer)
            ? access.emergencies().recent().stream().map(ExceptionView.BreakGlass::of).toList()
            : List.of();
    return Answer.Page.of(
        Section.EXCEPTIONS,
        "Exceptions",
        "exceptions",
        new ExceptionView(access.maySeeEmergencies(viewer), emergencies, beforehand));
  }

  Answer revoke(Visit visit) throws Refusal {
    Subject by = visit.subject();
    PreApproval found =
        access
            .preApprovals()
            .find(visit.id())
            .filter(one -> access.maySee(by, one))
            .orElseThrow(
                () -> Refusal.notFound("There is no such pre-approval, or it is not for you."));
    if (!access.mayEnd(by, found)) {
      throw Refusal.forbidden(
          "You may look at this pre-approval but not end it.", "Ask one of its approvers.");
    }
    String reason = visit.field("comment").strip();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
      throw Refusal.badRequest(
          "Whoever takes a pre-approval back says why, in 1 to 500 characters.");
    }
    if (!access.preApprovals().revoke(found, by, reason)) {
      throw Refusal.conflict("The pre-approval has ended already.", "");
    }
    return new Answer.Elsewhere("/exceptions?done=unasked");
  }
}
