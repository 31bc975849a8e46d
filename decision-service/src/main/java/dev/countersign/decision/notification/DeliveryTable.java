package dev.countersign.decision.notification;

import dev.countersign.decision.store.Stored;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** The table of messages. Who takes one has it for a while; nobody else sends it meanwhile. */
final class DeliveryTable {

  private static final String COLUMNS =
      "id, endpoint, event, approval, attempts, created_at, last_error";

  private final Jdbi jdbi;

  DeliveryTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** From now on these are told, and no others. */
  void endpoints(Collection<String> names) {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate("DELETE FROM webhook_endpoint WHERE name <> ALL (:names)")
              .bindArray("names", String.class, names)
              .execute();
          handle
              .createUpdate(
                  "INSERT INTO webhook_endpoint SELECT unnest(:names) ON CONFLICT DO NOTHING")
              .bindArray("names", String.class, names)
              .execute();
        });
  }

  /** Takes what is due. */
  List<Delivery> take(int max, Duration forLong) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    UPDATE webhook_delivery SET attempts = attempts + 1,
                      next_at = clock_timestamp() + :millis * interval '1 millisecond'
                    WHERE id IN (
                      SELECT id FROM webhook_delivery
                      WHERE state = 'DUE' AND next_at <= clock_timestamp()
                      ORDER BY next_at, id LIMIT :max FOR UPDATE SKIP LOCKED)
                    RETURNING %s
                    """
                        .formatted(COLUMNS))
                .bind("millis", forLong.toMillis())
                .bind("max", max)
                .map((row, context) -> delivery(row))
                .list());
  }

  void delivered(long id) {
    jdbi.useHandle(
        handle ->
            handle.execute("UPDATE webhook_delivery SET state = 'DELIVERED' WHERE id = ?", id));
  }

  void failed(long id, String error, Duration pause) {
    end(id, "DUE", error, pause);
  }

  void dead(long id, String error) {
    end(id, "DEAD", error, Duration.ZERO);
  }

  private void end(long id, String state, String error, Duration pause) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE webhook_delivery SET state = :state, last_error = :error,
                      next_at = clock_timestamp() + :millis * interval '1 millisecond'
                    WHERE id = :id
                    """)
                .bind("id", id)
                .bind("state", state)
                .bind("error", error)
                .bind("millis", pause.toMillis())
                .execute());
  }

  /** What was given up, the newest first. */
  List<Delivery> dead(int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s FROM webhook_delivery WHERE state = 'DEAD' ORDER BY id DESC LIMIT :max"
                        .formatted(COLUMNS))
                .bind("max", max)
                .map((row, context) -> delivery(row))
                .list());
  }

  /**
   * Tries again what was given up.
   *
   * @param before what must be done before it counts; if it throws, nothing is tried
   * @return whether it was
   */
  boolean revive(long id, Consumer<Delivery> before) {
    return jdbi.inTransaction(
        handle -> {
          Optional<Delivery> revived =
              handle
                  .createQuery(
                      """
                      UPDATE webhook_delivery
                      SET state = 'DUE', attempts = 0, next_at = clock_timestamp()
                      WHERE id = :id AND state = 'DEAD' RETURNING %s
                      """
                          .formatted(COLUMNS))
                  .bind("id", id)
                  .map((row, context) -> delivery(row))
                  .findOne();
          revived.ifPresent(before);
          return revived.isPresent();
        });
  }

  /** Forgets what nobody asks for any more. */
  void forget() {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                DELETE FROM webhook_delivery
                WHERE (state = 'DELIVERED' AND created_at < clock_timestamp() - interval '1 day')
                  OR created_at < clock_timestamp() - interval '30 days'
                """));
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    return new Delivery(
        row.getLong("id"),
        row.getString("endpoint"),
        row.getString("event"),
        row.getString("approval"),
        row.getInt("attempts"),
        Stored.instant(row, "created_at"),
        row.getString("last_error"));
  }
}
