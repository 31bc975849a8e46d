package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.StoredApprovals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The differences that lie beside the commands of a recorded session: approvers were shown them.
 * For readers of the recording only.
 */
final class Differences {

  private final StoredApprovals approvals;

  /** By the number of the command that waited for it. */
  private final Map<Long, String> asked;

  private Differences(StoredApprovals approvals, Map<Long, String> asked) {
    this.approvals = approvals;
    this.asked = asked;
  }

  static Differences of(List<Recordings.Moment> moments, StoredApprovals approvals) {
    Map<Long, String> asked = new HashMap<>();
    for (Recordings.Moment moment : moments) {
      if (moment.recorded().event() instanceof Event.ApprovalRequested requested) {
        asked.put(requested.command(), requested.approval());
      }
    }
    return new Differences(approvals, asked);
  }

  /** The approval that a command waited for, if it did. */
  Optional<String> approval(long command) {
    return Optional.ofNullable(asked.get(command));
  }

  /** None where none was asked for, or it is no longer kept. */
  List<ExhibitView> of(long command) {
    return approval(command).stream()
        .flatMap(id -> approvals.differences(id).stream())
        .map(ExhibitView::of)
        .toList();
  }
}
