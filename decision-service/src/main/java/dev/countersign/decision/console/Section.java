package dev.countersign.decision.console;

/** An entry of the navigation. */
enum Section {
  APPROVALS("Approvals", "/approvals"),
  SESSIONS("Sessions", "/sessions");

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
