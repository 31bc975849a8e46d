package dev.countersign.decision.approval;

import dev.countersign.audit.event.Event.ApprovalVoted;
import dev.countersign.rules.fact.Subject;

/**
 * One human's answer, as it was given.
 *
 * @param digest of the command
 * @param view of what was shown; empty for a no that was given unseen
 */
record Vote(
    String approval,
    Subject approver,
    ApprovalVoted.Vote vote,
    String digest,
    String view,
    String comment) {}
