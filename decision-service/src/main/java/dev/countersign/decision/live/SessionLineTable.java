package dev.countersign.decision.live;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of who is followed, and of what followers are told. */
final class SessionLineTable {

  /** Tells every gateway that somebody is followed from now on. */
  static final String FOLLOWED = "countersign_follow";

  /** Tells every gateway that there is more to read. */
  static final String LINES = "countersign_line";

  private final Jdbi jdbi;

  SessionLineTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Has a session told of for a while, and gives the number after which that begins. */
  long follow(String session, Duration time) {
    return jdbi.inTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO session_follow
                    VALUES (:session, clock_timestamp() + :millis * interval '1 millisecond')
                  ON CONFLICT (session) DO UPDATE SET until = excluded.until
                  """)
              .bind("session", session)
              .bind("millis", time.toMillis())
              .execute();
          return handle
              .createQuery("SELECT coalesce(max(id), 0) FROM session_line")
              .mapTo(Long.class)
              .one();
        });
  }

  Set<String> followed() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT session FROM session_follow WHERE until > clock_timestamp()")
                .mapTo(String.class)
                .collect(Collectors.toUnmodifiableSet()));
  }

  void write(List<SessionLine.Draft> lines) {
    jdbi.useTransaction(
        handle -> {
          PreparedBatch batch =
              handle.prepareBatch(
                  "INSERT INTO session_line (session, type, data) VALUES (:session, :type, :data)");
          for (SessionLine.Draft line : lines) {
            batch
                .bind("session", line.session())
                .bind("type", line.type())
                .bind("data", line.data())
                .add();
          }
          batch.execute();
          handle.execute("NOTIFY " + LINES);
        });
  }

  List<SessionLine> after(String session, long id, int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id, type, data FROM session_line
                    WHERE session = :session AND id > :id ORDER BY id LIMIT :max
                    """)
                .bind("session", session)
                .bind("id", id)
                .bind("max", max)
                .map(
                    (row, context) ->
                        new SessionLine(
                            row.getLong("id"), row.getString("type"), row.getString("data")))
                .list());
  }

  void forget() {
    jdbi.useHandle(
        handle -> {
          handle.execute(
              "DELETE FROM session_line WHERE at < clock_timestamp() - interval '1 minute'");
          handle.execute(
              "DELETE FROM session_follow WHERE until < clock_timestamp() - interval '1 minute'");
        });
  }
}
