package dev.countersign.decision.approval;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.countersign.decision.approval.Approval.Ending;
import dev.countersign.decision.approval.Approval.Run;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approval.Summary;
import dev.countersign.decision.approval.Approval.Yes;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** A row of the table of requests, read back; what has parts of its own is JSON in it. */
final class ApprovalRow {

  private ApprovalRow() {}

  static Approval approval(ResultSet row, StatementContext context, List<Yes> yes)
      throws SQLException {
    Summary summary = summary(row, context);
    Optional<Ending> ending =
        summary.state() == State.WAITING
            ? Optional.empty()
            : Optional.of(
                new Ending(
                    approver(row), Stored.instant(row, "decided_at"), row.getString("comment")));
    return new Approval(
        summary,
        row.getString("digest"),
        new FrozenCommand(
            row.getString("statement"),
            Stored.read(row.getString("parameters"), new TypeReference<>() {}),
            summary.resource(),
            summary.subject(),
            row.getString("policy_version")),
        rows(row),
        Stored.read(row.getString("exhibits"), new TypeReference<>() {}),
        yes,
        ending,
        run(row));
  }

  static Yes yes(ResultSet row) throws SQLException {
    return new Yes(
        approver(row).orElseThrow(), Stored.instant(row, "said_at"), row.getString("comment"));
  }

  static Summary summary(ResultSet row, StatementContext context) throws SQLException {
    return new Summary(
        row.getString("id"),
        State.valueOf(row.getString("state")),
        row.getString("resource"),
        Stored.read(row.getString("subject"), new TypeReference<>() {}),
        row.getString("session"),
        row.getString("beginning"),
        row.getInt("text_length"),
        rows(row).getFirst(),
        Stored.read(row.getString("approver_groups"), new TypeReference<>() {}),
        row.getInt("quorum"),
        row.getInt("said_yes"),
        Stored.instant(row, "requested_at"),
        Stored.instant(row, "expires_at"),
        Optional.ofNullable(row.getString("escalated_to")),
        Optional.ofNullable(row.getString("standing")),
        preApprovable(row));
  }

  private static Optional<Duration> preApprovable(ResultSet row) throws SQLException {
    long millis = row.getLong("pre_approval_millis");
    return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  private static Optional<Run> run(ResultSet row) throws SQLException {
    return row.getObject("ran_at") == null
        ? Optional.empty()
        : Optional.of(new Run(Stored.instant(row, "ran_at"), row.getString("run_error")));
  }

  private static List<MatchedRow> rows(ResultSet row) throws SQLException {
    return Stored.read(row.getString("matched_rows"), new TypeReference<>() {});
  }

  static Optional<Subject> approver(ResultSet row) throws SQLException {
    String approver = row.getString("approver");
    return approver == null
        ? Optional.empty()
        : Optional.of(Stored.read(approver, new TypeReference<>() {}));
  }
}
