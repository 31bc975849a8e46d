package dev.countersign.decision.console;

import static java.util.Comparator.comparingInt;

import java.util.List;

/**
 * The requests that somebody may see. Of those that wait the weightiest stand first: a dangerous
 * one does not drown in many that are trivial.
 *
 * @param all whether those that have ended are among them
 */
record Inbox(List<ApprovalItem> items, boolean all) {

  Inbox {
    items =
        all
            ? List.copyOf(items)
            : items.stream().sorted(comparingInt(ApprovalItem::weight).reversed()).toList();
  }

  String address() {
    return all ? "/approvals?all=1" : "/approvals";
  }
}
