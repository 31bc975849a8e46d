package dev.countersign.decision.policy;

import dev.countersign.decision.store.Stored;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The tables of versions and activations. Both are only ever added to. */
final class PolicyTable {

  /** Wakes whoever follows the policy. */
  static final String CHANNEL = "countersign_policy";

  private static final String VERSION =
      "id, issuer, subject_id, name, submitted_at, four_eyes, row_count, test_count";
  private static final String ACTIVATION =
      "number, version, replaced, issuer, subject_id, name, activated_at, reason";

  /** What decides whether an activation may be, read while no other can come in between. */
  record Situation(Optional<StoredVersion> wanted, Optional<StoredVersion> current) {}

  /** Answers whether the activation goes on. */
  interface Judge {
    boolean allows(Situation situation);
  }

  private final Jdbi jdbi;

  PolicyTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Keeps a version; one that is there already stays as it was first submitted. */
  StoredVersion submit(
      String id, byte[] workbook, Person by, boolean fourEyes, int rows, int tests) {
    return jdbi.inTransaction(
        handle -> {
          insert(handle, id, workbook, by, fourEyes, rows, tests);
          return find(handle, id).orElseThrow();
        });
  }

  private static void insert(
      Handle handle, String id, byte[] workbook, Person by, boolean fourEyes, int rows, int tests) {
    handle
        .createUpdate(
            """
            INSERT INTO policy_version
              (id, workbook, issuer, subject_id, name, four_eyes, row_count, test_count)
            VALUES (:id, :workbook, :issuer, :subject, :name, :fourEyes, :rows, :tests)
            ON CONFLICT (id) DO NOTHING
            """)
        .bind("id", id)
        .bind("workbook", workbook)
        .bind("issuer", by.issuer())
        .bind("subject", by.id())
        .bind("name", by.name())
        .bind("fourEyes", fourEyes)
        .bind("rows", rows)
        .bind("tests", tests)
        .execute();
  }

  /** Puts a version in force if the judge allows it; no other activation comes in between. */
  Optional<Activation> activate(String id, Person by, String reason, Judge judge) {
    return jdbi.inTransaction(
        handle -> {
          handle.execute("LOCK TABLE policy_activation IN EXCLUSIVE MODE");
          Optional<StoredVersion> current =
              current(handle).flatMap(activation -> find(handle, activation.version()));
          if (!judge.allows(new Situation(find(handle, id), current))) {
            return Optional.empty();
          }
          Activation activation =
              handle
                  .createQuery(
                      """
                      INSERT INTO policy_activation
                        (version, replaced, issuer, subject_id, name, reason)
                      VALUES (:version, :replaced, :issuer, :subject, :name, :reason)
                      RETURNING %s
                      """
                          .formatted(ACTIVATION))
                  .bind("version", id)
                  .bind("replaced", current.map(StoredVersion::id).orElse(null))
                  .bind("issuer", by.issuer())
                  .bind("subject", by.id())
                  .bind("name", by.name())
                  .bind("reason", reason)
                  .map((row, context) -> activation(row))
                  .one();
          handle.execute("NOTIFY " + CHANNEL);
          return Optional.of(activation);
        });
  }

  Optional<Activation> current() {
    return jdbi.withHandle(PolicyTable::current);
  }

  private static Optional<Activation> current(Handle handle) {
    return handle
        .createQuery(
            "SELECT %s FROM policy_activation ORDER BY number DESC LIMIT 1".formatted(ACTIVATION))
        .map((row, context) -> activation(row))
        .findOne();
  }

  List<Activation> history(int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s FROM policy_activation ORDER BY number DESC LIMIT :max"
                        .formatted(ACTIVATION))
                .bind("max", max)
                .map((row, context) -> activation(row))
                .list());
  }

  List<StoredVersion> versions(int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s FROM policy_version ORDER BY submitted_at DESC LIMIT :max"
                        .formatted(VERSION))
                .bind("max", max)
                .map((row, context) -> version(row))
                .list());
  }

  Optional<StoredVersion> find(String id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  private static Optional<StoredVersion> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT %s FROM policy_version WHERE id = :id".formatted(VERSION))
        .bind("id", id)
        .map((row, context) -> version(row))
        .findOne();
  }

  Optional<byte[]> workbook(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT workbook FROM policy_version WHERE id = :id")
                .bind("id", id)
                .mapTo(byte[].class)
                .findOne());
  }

  private static StoredVersion version(ResultSet row) throws SQLException {
    return new StoredVersion(
        row.getString("id"),
        person(row),
        Stored.instant(row, "submitted_at"),
        row.getBoolean("four_eyes"),
        row.getInt("row_count"),
        row.getInt("test_count"));
  }

  private static Activation activation(ResultSet row) throws SQLException {
    return new Activation(
        row.getLong("number"),
        row.getString("version"),
        Optional.ofNullable(row.getString("replaced")),
        person(row),
        Stored.instant(row, "activated_at"),
        row.getString("reason"));
  }

  private static Person person(ResultSet row) throws SQLException {
    return new Person(row.getString("issuer"), row.getString("subject_id"), row.getString("name"));
  }
}
