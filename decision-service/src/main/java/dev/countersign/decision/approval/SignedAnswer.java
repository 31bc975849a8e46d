package dev.countersign.decision.approval;

import dev.countersign.audit.event.Event.ApprovalVoted;
import java.time.Instant;

/**
 * The proof of one answer; the answer itself is in the request.
 *
 * @param subjectId who gave it
 * @param view what was shown to them
 * @param at by the clock of the database
 * @param key the gateway's public key, base64 of the SubjectPublicKeyInfo
 * @param signature Ed25519 over the form that {@link AnswerSigner} describes, base64
 */
public record SignedAnswer(
    String subjectId,
    ApprovalVoted.Vote vote,
    String view,
    Instant at,
    String key,
    String signature) {}
