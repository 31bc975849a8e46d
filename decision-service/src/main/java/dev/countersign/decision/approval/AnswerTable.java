package dev.countersign.decision.approval;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approval.Yes;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What people were shown of requests, and what they answered: of two answers one counts. */
final class AnswerTable {

  private final Jdbi jdbi;

  AnswerTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What is done before an answer counts, in its transaction. */
  interface Signing {
    AnswerSignature sign(Instant now);
  }

  /** What became of an answer. */
  enum Counted {
    /** It ended the request. */
    DECIDED,
    /** It is one yes of those that are needed. */
    MORE_NEEDED,
    /** Its giver has said yes before. */
    SAID_BEFORE,
    /** The request does not wait, is over its time, or is about another command. */
    TOO_LATE
  }

  /**
   * Writes a no down.
   *
   * @param before what must be done before it counts; if it throws, nothing counts
   */
  Counted deny(Vote vote, Signing before) {
    return jdbi.inTransaction(
        handle -> {
          Counted counted = end(handle, vote, State.DENIED);
          if (counted == Counted.DECIDED) {
            sign(handle, vote, before);
          }
          return counted;
        });
  }

  /** Writes a yes down, and lets the request pass if it is the last that was needed. */
  Counted approve(Vote vote, Signing before) {
    return jdbi.inTransaction(
        handle -> {
          Optional<Integer> quorum = lockQuorum(handle, vote.approval(), vote.digest());
          if (quorum.isEmpty()) {
            return Counted.TOO_LATE;
          }
          if (!sayYes(handle, vote)) {
            return Counted.SAID_BEFORE;
          }
          Counted counted =
              yes(handle, vote.approval()).size() < quorum.get()
                  ? Counted.MORE_NEEDED
                  : end(handle, vote, State.APPROVED);
          if (counted != Counted.TOO_LATE) {
            sign(handle, vote, before);
          }
          return counted;
        });
  }

  private static void sign(Handle handle, Vote vote, Signing before) {
    Instant now =
        handle
            .createQuery("SELECT clock_timestamp() AS now")
            .map((row, context) -> Stored.instant(row, "now"))
            .one();
    AnswerSignature signature = before.sign(now);
    handle
        .createUpdate(
            """
            INSERT INTO approval_signature
              (approval, subject_id, vote, view, voted_at, key, signature)
            VALUES (:approval, :subject, :vote, :view, :at, :key, :signature)
            """)
        .bind("approval", vote.approval())
        .bind("subject", vote.approver().id())
        .bind("vote", vote.vote().name())
        .bind("view", vote.view())
        .bind("at", now.atOffset(ZoneOffset.UTC))
        .bind("key", signature.key())
        .bind("signature", signature.signature())
        .execute();
  }

  /** Of two that say yes at a time, the second counts after the first. */
  private static Optional<Integer> lockQuorum(Handle handle, String id, String digest) {
    return handle
        .createQuery(
            """
            SELECT quorum FROM approval
            WHERE id = :id AND state = 'WAITING' AND digest = :digest
              AND expires_at > clock_timestamp()
            FOR UPDATE
            """)
        .bind("id", id)
        .bind("digest", digest)
        .mapTo(Integer.class)
        .findOne();
  }

  private static boolean sayYes(Handle handle, Vote vote) {
    return handle
            .createUpdate(
                """
                INSERT INTO approval_yes (approval, subject_id, approver, comment)
                VALUES (:id, :subject, :approver::jsonb, :comment) ON CONFLICT DO NOTHING
                """)
            .bind("id", vote.approval())
            .bind("subject", vote.approver().id())
            .bind("approver", Stored.json(vote.approver()))
            .bind("comment", vote.comment())
            .execute()
        == 1;
  }

  static List<Yes> yes(Handle handle, String id) {
    return handle
        .createQuery(
            """
            SELECT approver, said_at, comment FROM approval_yes
            WHERE approval = :id ORDER BY said_at
            """)
        .bind("id", id)
        .map((row, context) -> ApprovalRow.yes(row))
        .list();
  }

  private static Counted end(Handle handle, Vote vote, State state) {
    int ended =
        handle
            .createUpdate(
                """
                UPDATE approval
                SET state = :state, decided_at = clock_timestamp(),
                  approver = :approver::jsonb, comment = :comment
                WHERE id = :id AND state = 'WAITING' AND digest = :digest
                  AND expires_at > clock_timestamp()
                """)
            .bind("id", vote.approval())
            .bind("state", state.name())
            .bind("approver", Stored.json(vote.approver()))
            .bind("digest", vote.digest())
            .bind("comment", vote.comment())
            .execute();
    return ended == 1 ? Counted.DECIDED : Counted.TOO_LATE;
  }

  /**
   * Writes down that somebody is shown something.
   *
   * @param first what must be done before that, the first time
   */
  void viewed(Subject viewer, String approval, String view, Runnable first) {
    jdbi.useTransaction(
        handle -> {
          int inserted =
              handle
                  .createUpdate(
                      """
                      INSERT INTO approval_view (issuer, subject_id, view, approval)
                      VALUES (:issuer, :subject, :view, :approval) ON CONFLICT DO NOTHING
                      """)
                  .bind("issuer", viewer.issuer())
                  .bind("subject", viewer.id())
                  .bind("view", view)
                  .bind("approval", approval)
                  .execute();
          if (inserted == 1) {
            first.run();
          }
        });
  }

  /** Whether somebody was shown exactly that. */
  boolean hasSeen(Subject viewer, String view) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT FROM approval_view
                      WHERE issuer = :issuer AND subject_id = :subject AND view = :view)
                    """)
                .bind("issuer", viewer.issuer())
                .bind("subject", viewer.id())
                .bind("view", view)
                .mapTo(Boolean.class)
                .one());
  }

  /** The signatures of a request's answers, in the order in which they were given. */
  List<SignedAnswer> signatures(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT subject_id, vote, view, voted_at, key, signature
                    FROM approval_signature WHERE approval = :id ORDER BY voted_at
                    """)
                .bind("id", id)
                .map(
                    (row, context) ->
                        new SignedAnswer(
                            row.getString("subject_id"),
                            Event.ApprovalVoted.Vote.valueOf(row.getString("vote")),
                            row.getString("view"),
                            Stored.instant(row, "voted_at"),
                            row.getString("key"),
                            row.getString("signature")))
                .list());
  }
}
