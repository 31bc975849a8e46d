package dev.countersign.audit.kibana;

import java.util.List;

/** The questions auditors ask most. */
record SavedSearch(String id, String title, String query, List<String> columns) {

  private static final List<String> COMMAND =
      List.of(
          "user.name",
          "countersign.subject.on_behalf_of",
          "countersign.resource.name",
          "countersign.verdict",
          "rule.id",
          "countersign.command.text");

  SavedSearch {
    columns = List.copyOf(columns);
  }

  static List<SavedSearch> all() {
    return List.of(
        new SavedSearch(
            "countersign-search-commands",
            "Countersign: commands",
            "event.action : \"command.decided\"",
            COMMAND),
        new SavedSearch(
            "countersign-search-blocked",
            "Countersign: blocked commands",
            "event.action : \"command.decided\" and countersign.verdict : \"BLOCK\"",
            COMMAND),
        new SavedSearch(
            "countersign-search-approvals",
            "Countersign: answers to approvals",
            "event.action : \"approval.answered\"",
            List.of(
                "countersign.approval.answer",
                "countersign.approval.approver.name",
                "countersign.approval.comment",
                "user.name",
                "rule.id")),
        new SavedSearch(
            "countersign-search-refused",
            "Countersign: refused sessions",
            "event.action : \"session.refused\"",
            List.of("user.name", "countersign.resource.name", "source.address", "event.reason")),
        new SavedSearch(
            "countersign-search-content",
            "Countersign: what went over the wire",
            "event.action : \"content.recorded\"",
            List.of(
                "user.name",
                "countersign.resource.name",
                "countersign.content.stream",
                "countersign.content.text")),
        new SavedSearch(
            "countersign-search-policy",
            "Countersign: policy changes",
            "event.action : (\"policy.activated\" or \"policy.refused\")",
            List.of("event.action", "countersign.policy.version", "countersign.policy.source")));
  }
}
