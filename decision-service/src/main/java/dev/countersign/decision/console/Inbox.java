package dev.countersign.decision.console;

import java.util.List;

/**
 * The requests that somebody may see.
 *
 * @param all whether those that have ended are among them
 */
record Inbox(List<ApprovalItem> items, boolean all) {

  Inbox {
    items = List.copyOf(items);
  }

  String address() {
    return all ? "/approvals?all=1" : "/approvals";
  }
}
