package dev.countersign.decision.approval;

import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Why;
import dev.countersign.rules.fact.Subject;
import java.util.Collections;
import java.util.Optional;

/** Who may know of a request, and who may answer it. */
final class ApproverRules {

  private ApproverRules() {}

  /** The one who asks, and the humans whose yes is demanded. To others it does not exist. */
  static boolean maySee(Subject viewer, Approval.Summary request) {
    return viewer.isSameAs(request.subject())
        || (viewer.kind() == Subject.Kind.HUMAN && isDemanded(viewer, request));
  }

  /**
   * What keeps somebody who may see a request from answering it, whatever its state.
   *
   * <p>The owner of an agent, and whoever passed its permission on, is known by his {@code sub}
   * alone, so whoever has that {@code sub} at any issuer is taken for him.
   */
  static Optional<Refused> objection(Subject approver, Approval.Summary request) {
    if (approver.kind() != Subject.Kind.HUMAN) {
      return refused(Why.NOT_HUMAN, "only a human may answer");
    }
    return objection(approver, request.subject());
  }

  /** Whether somebody's word counts for what a subject does. */
  static boolean isOutsider(Subject approver, Subject subject) {
    return objection(approver, subject).isEmpty();
  }

  private static Optional<Refused> objection(Subject approver, Subject subject) {
    if (approver.isSameAs(subject)) {
      return refused(Why.OWN_REQUEST, "nobody may answer a request of their own");
    }
    if (subject.onBehalfOf().filter(approver.id()::equals).isPresent()) {
      return refused(Why.OWN_AGENT, "nobody may answer for an agent that acts for them");
    }
    if (subject.delegation().contains(approver.id())) {
      return refused(Why.OWN_AGENT, "nobody may answer for a permission they have passed on");
    }
    if (approver.isPartyOf(subject)) {
      return refused(Why.OWN_AGENT, "nobody may answer for whoever acts with or for them");
    }
    return Optional.empty();
  }

  private static boolean isDemanded(Subject viewer, Approval.Summary request) {
    return request.escalatedTo().filter(viewer.groups()::contains).isPresent()
        || (!request.approverGroups().isEmpty()
            && request.approverGroups().stream()
                .noneMatch(entry -> Collections.disjoint(entry, viewer.groups())));
  }

  private static Optional<Refused> refused(Why why, String message) {
    return Optional.of(new Refused(why, message));
  }
}
