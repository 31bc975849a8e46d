package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;

/**
 * A yes that was there before its command: a pre-approval, or an emergency.
 *
 * @param id which one
 * @param by whose answer made it hold
 * @param comment what it is, in words
 */
record StandingYes(String id, Subject by, String comment) {
  StandingYes {
    requireNonNull(id, "id");
    requireNonNull(by, "by");
    requireNonNull(comment, "comment");
  }
}
