package dev.countersign.decision.console;

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

  String label() {
    return label;
  }

  String path() {
    return path;
  }
}
