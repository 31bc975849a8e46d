package dev.countersign.decision.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.decision.approval.Approval.Ending;
import dev.countersign.decision.approval.Approval.Run;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approval.Summary;
import dev.countersign.decision.approval.Approval.Yes;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** A row of the table of requests, read back; what has parts of its own is JSON in it. */
final class ApprovalRow {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private ApprovalRow() {}

  static Approval approval(ResultSet row, StatementContext context, List<Yes> yes)
      throws SQLException {
    Summary summary = summary(row, context);
    Optional<Ending> ending =
        summary.state() == State.WAITING
            ? Optional.empty()
            : Optional.of(
                new Ending(approver(row), instant(row, "decided_at"), row.getString("comment")));
    return new Approval(
        summary,
        row.getString("digest"),
        new FrozenCommand(
            row.getString("statement"),
            read(row.getString("parameters"), new TypeReference<>() {}),
            summary.resource(),
            summary.subject(),
            row.getString("policy_version")),
        rows(row),
        read(row.getString("exhibits"), new TypeReference<>() {}),
        yes,
        ending,
        run(row));
  }

  static Yes yes(ResultSet row) throws SQLException {
    return new Yes(approver(row).orElseThrow(), instant(row, "said_at"), row.getString("comment"));
  }

  static Summary summary(ResultSet row, StatementContext context) throws SQLException {
    return new Summary(
        row.getString("id"),
        State.valueOf(row.getString("state")),
        row.getString("resource"),
        read(row.getString("subject"), new TypeReference<>() {}),
        row.getString("session"),
        row.getString("beginning"),
        row.getInt("text_length"),
        rows(row).getFirst(),
        read(row.getString("approver_groups"), new TypeReference<>() {}),
        row.getInt("quorum"),
        row.getInt("said_yes"),
        instant(row, "requested_at"),
        instant(row, "expires_at"),
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
        : Optional.of(new Run(instant(row, "ran_at"), row.getString("run_error")));
  }

  private static List<MatchedRow> rows(ResultSet row) throws SQLException {
    return read(row.getString("matched_rows"), new TypeReference<>() {});
  }

  static Optional<Subject> approver(ResultSet row) throws SQLException {
    String approver = row.getString("approver");
    return approver == null
        ? Optional.empty()
        : Optional.of(read(approver, new TypeReference<>() {}));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a request that cannot be stored", e);
    }
  }

  static <T> T read(String json, TypeReference<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored request cannot be read", e);
    }
  }
}
