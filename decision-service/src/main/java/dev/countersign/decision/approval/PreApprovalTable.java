package dev.countersign.decision.approval;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.countersign.decision.approval.PreApproval.Ending;
import dev.countersign.decision.approval.PreApproval.State;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The table of pre-approvals. Each change of state locks its row, is on the record first, and is
 * made only from the state it may be made from.
 */
final class PreApprovalTable {

  private static final String ALL =
      """
      SELECT p.*, left(a.statement, 200) AS beginning
      FROM pre_approval p JOIN approval a ON a.id = p.model
      """;

  /** Which one is ended does not matter, and one that is being used is ended the next time. */
  private static final String NEXT = ") LIMIT 1 FOR UPDATE SKIP LOCKED";

  private final Jdbi jdbi;

  PreApprovalTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Writes a wish down that is made from a filed request. */
  void insert(String id, String model, Duration window, String reason, Subject askedBy) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO pre_approval (id, state, model, fingerprint, any_values, issuer,
                      subject_id, subject, resource, policy_version, approver_groups, quorum, millis,
                      reason, asked_by)
                    SELECT :id, 'REQUESTED', id, fingerprint, any_values, issuer, subject_id, subject,
                      resource, policy_version, approver_groups, quorum, :millis, :reason,
                      :askedBy::jsonb
                    FROM approval WHERE id = :model
                    """)
                .bind("id", id)
                .bind("model", model)
                .bind("millis", window.toMillis())
                .bind("reason", reason)
                .bind("askedBy", Stored.json(askedBy))
                .execute());
  }

  void waitsFor(String id, String approval) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE pre_approval SET approval = :approval
                    WHERE id = :id AND state = 'REQUESTED'
                    """)
                .bind("id", id)
                .bind("approval", approval)
                .execute());
  }

  /** Lets it hold from now on; empty if it no longer was a wish. */
  Optional<PreApproval> give(String id, Subject approver, Consumer<PreApproval> before) {
    return jdbi.inTransaction(
        handle -> {
          int given =
              handle
                  .createUpdate(
                      """
                      UPDATE pre_approval
                      SET state = 'GIVEN', approver = :approver::jsonb,
                        ends_at = clock_timestamp() + millis * interval '1 millisecond'
                      WHERE id = :id AND state = 'REQUESTED'
                      """)
                  .bind("id", id)
                  .bind("approver", Stored.json(approver))
                  .execute();
          if (given == 0) {
            return Optional.<PreApproval>empty();
          }
          PreApproval changed =
              handle
                  .createQuery(ALL + " WHERE p.id = :id")
                  .bind("id", id)
                  .map(PreApprovalTable::row)
                  .one();
          before.accept(changed);
          return Optional.of(changed);
        });
  }

  /** Ends it, as soon as no command that it lets through holds it; empty if it had ended before. */
  Optional<PreApproval> end(
      String id, State state, Optional<Subject> by, String comment, Consumer<PreApproval> before) {
    return endOne("p.id = :value) FOR UPDATE", id, state, by, comment, before);
  }

  /** Ends one whose time is over. */
  Optional<PreApproval> expireOne(Consumer<PreApproval> before) {
    return endOne(
        "p.state = 'GIVEN' AND p.ends_at <= clock_timestamp() AND :value = ''" + NEXT,
        "",
        State.EXPIRED,
        Optional.empty(),
        "",
        before);
  }

  /** Ends one that was given under another policy than the one in force. */
  Optional<PreApproval> voidOne(String policyVersion, Consumer<PreApproval> before) {
    return endOne(
        "p.state = 'GIVEN' AND p.policy_version <> :value" + NEXT,
        policyVersion,
        State.VOIDED,
        Optional.empty(),
        "another policy is in force",
        before);
  }

  /** Ends a wish that is answered by nobody, or to nobody: the gateway that asked is gone. */
  Optional<PreApproval> abandonOne(Consumer<PreApproval> before) {
    return endOne(
        """
        p.state = 'REQUESTED' AND :value = ''
          AND (p.approval IS NULL AND p.requested_at < clock_timestamp() - interval '1 minute'
            OR EXISTS (SELECT FROM approval a
              WHERE a.id = p.approval AND a.state NOT IN ('WAITING', 'APPROVED')
                AND a.decided_at < clock_timestamp() - interval '10 seconds'))
        """
            + NEXT,
        "",
        State.DENIED,
        Optional.empty(),
        "it was not said yes to",
        before);
  }

  private Optional<PreApproval> endOne(
      String which,
      String value,
      State state,
      Optional<Subject> by,
      String comment,
      Consumer<PreApproval> before) {
    return jdbi.inTransaction(
        handle -> {
          Optional<String> id =
              handle
                  .createQuery(
                      "SELECT id FROM pre_approval p WHERE p.ended_at IS NULL AND (" + which)
                  .bind("value", value)
                  .mapTo(String.class)
                  .findOne();
          if (id.isEmpty()) {
            return Optional.<PreApproval>empty();
          }
          handle
              .createUpdate(
                  """
                  UPDATE pre_approval SET state = :state, ended_at = clock_timestamp(),
                    ended_by = :by::jsonb, comment = :comment
                  WHERE id = :id
                  """)
              .bind("id", id.get())
              .bind("state", state.name())
              .bind("by", by.map(Stored::json).orElse(null))
              .bind("comment", comment)
              .execute();
          PreApproval ended =
              handle
                  .createQuery(ALL + " WHERE p.id = :id")
                  .bind("id", id.get())
                  .map(PreApprovalTable::row)
                  .one();
          before.accept(ended);
          return Optional.of(ended);
        });
  }

  Optional<PreApproval> find(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ALL + " WHERE p.id = :id")
                .bind("id", id)
                .map(PreApprovalTable::row)
                .findOne());
  }

  List<PreApproval> recent(int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ALL + " ORDER BY p.requested_at DESC LIMIT :max")
                .bind("max", max)
                .map(PreApprovalTable::row)
                .list());
  }

  private static PreApproval row(ResultSet row, StatementContext context) throws SQLException {
    return new PreApproval(
        row.getString("id"),
        State.valueOf(row.getString("state")),
        row.getString("model"),
        row.getString("beginning"),
        row.getString("fingerprint"),
        row.getBoolean("any_values"),
        Stored.read(row.getString("subject"), new TypeReference<>() {}),
        row.getString("resource"),
        row.getString("policy_version"),
        Stored.read(row.getString("approver_groups"), new TypeReference<>() {}),
        row.getInt("quorum"),
        Duration.ofMillis(row.getLong("millis")),
        row.getString("reason"),
        Stored.read(row.getString("asked_by"), new TypeReference<>() {}),
        Stored.instant(row, "requested_at"),
        Optional.ofNullable(row.getString("approval")),
        ApprovalRow.approver(row),
        row.getObject("ends_at") == null
            ? Optional.empty()
            : Optional.of(Stored.instant(row, "ends_at")),
        ending(row));
  }

  private static Optional<Ending> ending(ResultSet row) throws SQLException {
    if (row.getObject("ended_at") == null) {
      return Optional.empty();
    }
    String by = row.getString("ended_by");
    return Optional.of(
        new Ending(
            Stored.instant(row, "ended_at"),
            by == null ? Optional.empty() : Optional.of(Stored.read(by, new TypeReference<>() {})),
            row.getString("comment")));
  }
}
