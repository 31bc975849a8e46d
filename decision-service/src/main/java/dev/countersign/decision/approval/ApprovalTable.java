package dev.countersign.decision.approval;

import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approval.Summary;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
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
      char_length(statement) AS text_length, matched_rows, approver_groups, quorum,
      (SELECT count(*) FROM approval_yes WHERE approval = approval.id) AS said_yes, requested_at,
      expires_at, escalated_to, standing, pre_approval_millis
      """
          .formatted(Summary.BEGINNING);

  /**
   * A request as it is filed.
   *
   * @param isCommand whether it is about a command at a door, not about access or another yes
   */
  record Filing(
      String id,
      String digest,
      FrozenCommand command,
      String session,
      UUID waiter,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints,
      boolean isCommand) {}

  /**
   * A request that is filed.
   *
   * @param standing what has answered it already
   */
  record Filed(Instant expires, Optional<StandingYes> standing) {}

  /** How a wait ended, for the session that waits. */
  record Ended(String id, State state, String digest, Optional<Subject> by, String comment) {}

  private final Jdbi jdbi;

  ApprovalTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Files a request, unless the subject has that many waiting; as approved, if a yes to it stands.
   *
   * @param using what must be done before a standing yes counts; if it throws, nothing is filed
   * @return empty if there are too many
   */
  Optional<Filed> file(Filing filing, int maxWaiting, Consumer<StandingYes> using) {
    Subject subject = filing.command().subject();
    return jdbi.inTransaction(
        handle -> {
          // Two requests of one subject at a time could both be the last that is allowed.
          handle
              .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:key, 0))")
              .bind("key", subject.issuer() + " " + subject.id())
              .mapTo(Integer.class)
              .one();
          Optional<StandingYes> standing = StandingYesTable.find(handle, filing);
          standing.ifPresent(using);
          return standing.isPresent() || waiting(handle, subject) < maxWaiting
              ? Optional.of(new Filed(insert(handle, filing, standing), standing))
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

  private static Instant insert(Handle handle, Filing filing, Optional<StandingYes> standing) {
    FrozenCommand command = filing.command();
    Optional<Fingerprint> fingerprint = Fingerprint.of(filing);
    return handle
        .createQuery(
            """
            INSERT INTO approval (id, digest, statement, parameters, resource, issuer, subject_id,
              subject, policy_version, session, waiter, approver_groups, quorum, matched_rows,
              exhibits, expires_at, fingerprint, any_values, pre_approval_millis, standing, state,
              approver, comment, decided_at)
            VALUES (:id, :digest, :statement, :parameters::jsonb, :resource, :issuer, :subjectId,
              :subject::jsonb, :policyVersion, :session, :waiter, :groups::jsonb, :quorum, :rows::jsonb,
              :exhibits::jsonb,
              clock_timestamp() + :millis * interval '1 millisecond', :fingerprint, :anyValues,
              :longest, :standing, :state, :approver::jsonb, :comment,
              CASE WHEN :state = 'APPROVED' THEN clock_timestamp() END)
            RETURNING expires_at
            """)
        .bind("id", filing.id())
        .bind("digest", filing.digest())
        .bind("statement", command.text())
        .bind("parameters", Stored.json(command.parameters()))
        .bind("resource", command.resource())
        .bind("issuer", command.subject().issuer())
        .bind("subjectId", command.subject().id())
        .bind("subject", Stored.json(command.subject()))
        .bind("policyVersion", command.policyVersion())
        .bind("session", filing.session())
        .bind("waiter", filing.waiter())
        .bind("groups", Stored.json(filing.demand().groups()))
        .bind("quorum", filing.demand().quorum())
        .bind("rows", Stored.json(filing.rows()))
        .bind("exhibits", Stored.json(filing.exhibits()))
        .bind("millis", filing.demand().expiry().toMillis())
        .bind("fingerprint", fingerprint.map(Fingerprint::value).orElse(null))
        .bind("anyValues", fingerprint.map(Fingerprint::anyValues).orElse(false))
        .bind(
            "longest",
            fingerprint
                .flatMap(there -> filing.demand().preApproval())
                .map(allowed -> allowed.longest().toMillis())
                .orElse(null))
        .bind("standing", standing.map(StandingYes::id).orElse(null))
        .bind("state", (standing.isPresent() ? State.APPROVED : State.WAITING).name())
        .bind("approver", standing.map(yes -> Stored.json(yes.by())).orElse(null))
        .bind("comment", standing.map(StandingYes::comment).orElse(""))
        .map((row, context) -> Stored.instant(row, "expires_at"))
        .one();
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

  /** The same for what a gateway that stops waits for; what is kept waits on. */
  void leave(String id, String reason) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE approval
                    SET state = 'WITHDRAWN', decided_at = clock_timestamp(), comment = :reason
                    WHERE id = :id AND state = 'WAITING' AND NOT kept
                    """)
                .bind("id", id)
                .bind("reason", reason)
                .execute());
  }

  /** Writes down what became of an approved command; the first word counts. */
  void ran(String id, State state, String error) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE approval
                    SET state = :state, ran_at = clock_timestamp(), run_error = :error
                    WHERE id = :id AND state = 'APPROVED'
                    """)
                .bind("id", id)
                .bind("state", state.name())
                .bind("error", error)
                .execute());
  }

  /** Other requests that wait with the same command. */
  List<String> identical(String id, String digest) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id FROM approval
                    WHERE state = 'WAITING' AND digest = :digest AND id <> :id
                    ORDER BY requested_at LIMIT 100
                    """)
                .bind("id", id)
                .bind("digest", digest)
                .mapTo(String.class)
                .list());
  }

  /** Lets a second group answer what has waited for long. */
  void escalate(ApprovalLimits.Escalation escalation) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE approval SET escalated_to = :group
                    WHERE state = 'WAITING' AND escalated_to IS NULL
                      AND expires_at > clock_timestamp()
                      AND requested_at <= clock_timestamp() - :millis * interval '1 millisecond'
                    """)
                .bind("group", escalation.group())
                .bind("millis", escalation.after().toMillis())
                .execute());
  }

  /** Ends what is over its time, and what a gateway that is gone has left waiting, or unrun. */
  void sweep(Duration orphanedAfter) {
    jdbi.useHandle(
        handle -> {
          handle
              .createUpdate(
                  """
                  UPDATE approval
                  SET state = 'FAILED', ran_at = clock_timestamp(),
                    run_error = 'the gateway that held it is gone; the journal says if it ran'
                  WHERE state = 'APPROVED' AND (NOT kept OR taken_at IS NOT NULL) AND NOT EXISTS (
                    SELECT FROM approval_waiter
                    WHERE approval_waiter.id = approval.waiter
                      AND seen_at > clock_timestamp() - :millis * interval '1 millisecond')
                  """)
              .bind("millis", orphanedAfter.toMillis())
              .execute();
          // Whoever was told to come again has its own time, and some minutes to hear of a late
          // yes.
          handle.execute(
              """
              UPDATE approval SET state = 'FAILED', ran_at = clock_timestamp(),
                run_error = 'its client did not come again in time'
              WHERE state = 'APPROVED' AND kept AND taken_at IS NULL
                AND greatest(expires_at, decided_at + interval '15 minutes') <= clock_timestamp()
              """);
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
                  WHERE state = 'WAITING' AND NOT kept AND NOT EXISTS (
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
                        OR escalated_to = ANY (:groups)
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

  long waiting() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*) FROM approval
                    WHERE state = 'WAITING' AND requested_at > clock_timestamp() - interval '7 days'
                    """)
                .mapTo(Long.class)
                .one());
  }

  List<Summary> summaries(Collection<String> ids) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT %s FROM approval WHERE id = ANY (:ids)".formatted(SUMMARY))
                .bindArray("ids", String.class, ids)
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
                      comment, exhibits, ran_at, run_error
                    FROM approval WHERE id = :id
                    """
                        .formatted(SUMMARY))
                .bind("id", id)
                .map(
                    (row, context) ->
                        ApprovalRow.approval(row, context, AnswerTable.yes(handle, id)))
                .findOne());
  }
}
