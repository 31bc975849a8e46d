package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;

/**
 * Who may read recordings: auditors and officers all of them; everybody else their own, and those
 * of the agents that act for them. A recording is as confidential as what it shows.
 */
public record Readers(String auditors, String officers) {

  public Readers {
    requireNonNull(auditors, "auditors");
    requireNonNull(officers, "officers");
  }

  /** Whether somebody may read everything of the record. */
  boolean mayReadAll(Subject viewer) {
    return viewer.kind() == Subject.Kind.HUMAN
        && (viewer.groups().contains(auditors) || viewer.groups().contains(officers));
  }

  boolean mayRead(Subject viewer, Subject owner) {
    return mayReadAll(viewer) || viewer.owns(owner);
  }
}
