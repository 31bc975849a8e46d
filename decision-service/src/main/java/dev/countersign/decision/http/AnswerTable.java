package dev.countersign.decision.http;

import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The table of changes that were asked for under an {@link IdempotencyKey}, with their answers: for
 * a day, on all gateways together. Its clock is the database's.
 */
final class AnswerTable {

  /** An answer as it was given. A body that must not be kept is empty. */
  record Answer(int status, String type, Optional<byte[]> body) {}

  /** What is known of a key. */
  sealed interface Claim {

    /** Nothing: the change is the caller's to make now. */
    record Ours() implements Claim {}

    /** It was made. */
    record Answered(Answer answer) implements Claim {}

    /** Somebody is at it. */
    record UnderWay() implements Claim {}

    /** The same key was given to something else. */
    record Other() implements Claim {}
  }

  /** No request runs for so long: whoever was at it is gone. */
  private static final String ABANDONED = "2 minutes";

  private static final String KEPT = "24 hours";

  private final Jdbi jdbi;

  AnswerTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Claims a key for its subject. */
  Claim claim(Subject subject, IdempotencyKey key) {
    return jdbi.inTransaction(
        handle -> {
          forget(handle);
          int inserted =
              handle
                  .createUpdate(
                      """
                      INSERT INTO api_answer (issuer, subject_id, key, digest)
                      VALUES (:issuer, :subject, :key, decode(:digest, 'hex')) ON CONFLICT DO NOTHING
                      """)
                  .bind("issuer", subject.issuer())
                  .bind("subject", subject.id())
                  .bind("key", key.value())
                  .bind("digest", key.digest())
                  .execute();
          return inserted == 1 ? new Claim.Ours() : known(handle, subject, key);
        });
  }

  private static void forget(Handle handle) {
    handle
        .createUpdate(
            """
            DELETE FROM api_answer
            WHERE claimed_at < clock_timestamp()
              - CASE WHEN status IS NULL THEN :abandoned ELSE :kept END::interval
            """)
        .bind("abandoned", ABANDONED)
        .bind("kept", KEPT)
        .execute();
  }

  private static Claim known(Handle handle, Subject subject, IdempotencyKey key) {
    return handle
        .createQuery(
            """
            SELECT encode(digest, 'hex') AS digest, status, type, body FROM api_answer
            WHERE issuer = :issuer AND subject_id = :subject AND key = :key
            """)
        .bind("issuer", subject.issuer())
        .bind("subject", subject.id())
        .bind("key", key.value())
        .map((row, context) -> claim(row, key))
        .findOne()
        .orElseGet(Claim.UnderWay::new);
  }

  private static Claim claim(ResultSet row, IdempotencyKey key) throws SQLException {
    if (!key.digest().equals(row.getString("digest"))) {
      return new Claim.Other();
    }
    int status = row.getInt("status");
    return row.wasNull()
        ? new Claim.UnderWay()
        : new Claim.Answered(
            new Answer(status, row.getString("type"), Optional.ofNullable(row.getBytes("body"))));
  }

  /** Keeps the answer to a claimed change. */
  void keep(Subject subject, IdempotencyKey key, Answer answer) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE api_answer SET status = :status, type = :type, body = :body
                    WHERE issuer = :issuer AND subject_id = :subject AND key = :key
                    """)
                .bind("status", answer.status())
                .bind("type", answer.type())
                .bind("body", answer.body().orElse(null))
                .bind("issuer", subject.issuer())
                .bind("subject", subject.id())
                .bind("key", key.value())
                .execute());
  }

  /** Gives a claim up: the change was not made, and may be asked for again. */
  void release(Subject subject, IdempotencyKey key) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM api_answer WHERE issuer = :issuer AND subject_id = :subject
                      AND key = :key AND status IS NULL
                    """)
                .bind("issuer", subject.issuer())
                .bind("subject", subject.id())
                .bind("key", key.value())
                .execute());
  }
}
