package dev.countersign.decision.console;

import java.util.List;

/** An entry of the navigation. */
enum Section {
  OVERVIEW("Overview", "/"),
  APPROVALS("Approvals", "/approvals"),
  SESSIONS("Sessions", "/sessions"),
  ACCESS("Access", "/access"),
  EXCEPTIONS("Exceptions", "/exceptions"),
  POLICY("Policy", "/policy"),
  EVIDENCE("Evidence", "/evidence");

  private final String label;
  private final String path;

  Section(String label, String path) {
    this.label = label;
    this.path = path;
  }

  /** In the order of the navigation. */
  static List<Section> all() {
    return List.of(values());
  }

  /** Those that lead somewhere for people who may not read all of the record. */
  static List<Section> everybodys() {
    return List.of(APPROVALS, SESSIONS, ACCESS, EXCEPTIONS);
  }

  String label() {
    return label;
  }

  String path() {
    return path;
  }
}
