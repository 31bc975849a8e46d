package dev.countersign.decision.approval;

import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approval.Summary;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The table of requests. Each change of state is one statement that holds its own condition and
 * reads the database's clock, so that of two answers exactly one counts, whoever gives them where.
 */
final class ApprovalTable {

  private static final String SUMMARY =
      """
      id, state, resource, subject, session, left(statement, %d) AS beginning,
      char_length(statement) AS text_length, matched_rows, approver_groups, requested_at,
      expires_at
      """
          .formatted(Summary.BEGINNING);

  /** A request as it is filed. */
  record Filing(
      String id,
      String digest,
      FrozenCommand command,
      String session,
      UUID waiter,
      Set<Set<String>> approverGroups,
      Duration expiry,
      List<MatchedRow> rows) {}

  /** How a wait ended, for the session that waits. */
  record Ended(String id, State state, String digest, Optional<Subject> by, String comment) {}

  private final Jdbi jdbi;

  ApprovalTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Files a request, unless the subject has that many waiting.
   *
   * @return when it expires; empty if there are too many
   */
  Optional<Instant> file(Filing filing, int maxWaiting) {
    Subject subject = filing.command().subject();
    return jdbi.inTransaction(
        handle -> {
          // Two requests of one subject at a time could both be the last that is allowed.
          handle
              .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:key, 0))")
              .bind("key", subject.issuer() + " " + subject.id())
              .mapTo(Integer.class)
              .one();
          return waiting(handle, subject) < maxWaiting
              ? Optional.of(insert(handle, filing))
              : Optional.empty();
        });
  }

  private static int waiting(Handle handle, Subject subject) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM approval
            WHERE state = 'WAITING' AND issuer = :issuer AND subject_id = :subject
            """)
        .bind("issuer", subject.issuer())
        .bind("subject", subject.id())
        .mapTo(Integer.class)
        .one();
  }

  private static Instant insert(Handle handle, Filing filing) {
    FrozenCommand command = filing.command();
    return handle
        .createQuery(
            """
            INSERT INTO approval (id, digest, statement, parameters, resource, issuer, subject_id,
              subject, policy_version, session, waiter, approver_groups, matched_rows, expires_at)
            VALUES (:id, :digest, :statement, :parameters::jsonb, :resource, :issuer, :subjectId,
              :subject::jsonb, :policyVersion, :session, :waiter, :groups::jsonb, :rows::jsonb,
              clock_timestamp() + :millis * interval '1 millisecond')
            RETURNING expires_at
            """)
        .bind("id", filing.id())
        .bind("digest", filing.digest())
        .bind("statement", command.text())
        .bind("parameters", ApprovalRow.json(command.parameters()))
        .bind("resource", command.resource())
        .bind("issuer", command.subject().issuer())
        .bind("subjectId", command.subject().id())
        .bind("subject", ApprovalRow.json(command.subject()))
        .bind("policyVersion", command.policyVersion())
        .bind("session", filing.session())
        .bind("waiter", filing.waiter())
        .bind("groups", ApprovalRow.json(filing.approverGroups()))
        .bind("rows", ApprovalRow.json(filing.rows()))
        .bind("millis", filing.expiry().toMillis())
        .map((row, context) -> ApprovalRow.instant(row, "expires_at"))
        .one();
  }

  /**
   * Writes an answer down, if the request still waits, is not over its time, and is about the
   * command the approver saw.
   */
  boolean answer(String id, State state, Subject approver, String digest, String comment) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        """
                        UPDATE approval
                        SET state = :state, decided_at = clock_timestamp(),
                          approver = :approver::jsonb, comment = :comment
                        WHERE id = :id AND state = 'WAITING' AND digest = :digest
                          AND expires_at > clock_timestamp()
                        """)
                    .bind("id", id)
                    .bind("state", state.name())
                    .bind("approver", ApprovalRow.json(approver))
                    .bind("digest", digest)
                    .bind("comment", comment)
                    .execute()
                == 1);
  }

  void withdraw(String id, String reason) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE approval
                    SET state = 'WITHDRAWN', decided_at = clock_timestamp(), comment = :reason
                    WHERE id = :id AND state = 'WAITING'
                    """)
                .bind("id", id)
                .bind("reason", reason)
                .execute());
  }

  /** Ends what is over its time, and what a gateway that is gone has left waiting. */
  void sweep(Duration orphanedAfter) {
    jdbi.useHandle(
        handle -> {
          handle.execute(
              """
              UPDATE approval SET state = 'EXPIRED', decided_at = clock_timestamp()
              WHERE state = 'WAITING' AND expires_at <= clock_timestamp()
              """);
          handle
              .createUpdate(
                  """
                  UPDATE approval
                  SET state = 'WITHDRAWN', decided_at = clock_timestamp(),
                    comment = 'the gateway that held it is gone'
                  WHERE state = 'WAITING' AND NOT EXISTS (
                    SELECT FROM approval_waiter
                    WHERE approval_waiter.id = approval.waiter
                      AND seen_at > clock_timestamp() - :millis * interval '1 millisecond')
                  """)
              .bind("millis", orphanedAfter.toMillis())
              .execute();
        });
  }

  /** Says that this gateway lives, and forgets those that have not said so for a day. */
  void heartbeat(UUID waiter) {
    jdbi.useHandle(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO approval_waiter (id, seen_at) VALUES (:id, clock_timestamp())
                  ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()
                  """)
              .bind("id", waiter)
              .execute();
          handle.execute(
              "DELETE FROM approval_waiter WHERE seen_at < clock_timestamp() - interval '1 day'");
        });
  }

  /** Those of the given requests that have ended. */
  List<Ended> ended(Collection<String> ids) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id, state, digest, approver, comment FROM approval
                    WHERE id = ANY (:ids) AND state <> 'WAITING'
                    """)
                .bindArray("ids", String.class, ids)
                .map(
                    (row, context) ->
                        new Ended(
                            row.getString("id"),
                            State.valueOf(row.getString("state")),
                            row.getString("digest"),
                            ApprovalRow.approver(row),
                            row.getString("comment")))
                .list());
  }

  /** The newest requests of the last week that concern a subject. */
  List<Summary> recent(Subject viewer, Optional<State> state, int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT %s FROM approval
                    WHERE requested_at > clock_timestamp() - interval '7 days'
                      AND (:state = '' OR state = :state)
                      AND ((issuer = :issuer AND subject_id = :subject)
                        OR NOT EXISTS (SELECT FROM jsonb_array_elements(approver_groups) entry
                            WHERE NOT jsonb_exists_any(entry, :groups)))
                    ORDER BY requested_at DESC LIMIT :max
                    """
                        .formatted(SUMMARY))
                .bind("state", state.map(State::name).orElse(""))
                .bind("issuer", viewer.issuer())
                .bind("subject", viewer.id())
                .bindArray("groups", String.class, viewer.groups())
                .bind("max", max)
                .map(ApprovalRow::summary)
                .list());
  }

  Optional<Approval> find(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT %s, digest, statement, parameters, policy_version, decided_at, approver,
                      comment
                    FROM approval WHERE id = :id
                    """
                        .formatted(SUMMARY))
                .bind("id", id)
                .map(ApprovalRow::approval)
                .findOne());
  }
}
