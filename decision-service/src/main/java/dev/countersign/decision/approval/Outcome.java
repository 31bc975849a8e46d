package dev.countersign.decision.approval;

import dev.countersign.rules.fact.Subject;

/** How the wait for an approval ended. */
public sealed interface Outcome {

  /** What runs is the command with this digest, once. */
  record Approved(Subject approver, String comment, String digest) implements Outcome {}

  record Denied(Subject approver, String comment) implements Outcome {}

  record Expired() implements Outcome {}

  record Withdrawn(String reason) implements Outcome {}
}
