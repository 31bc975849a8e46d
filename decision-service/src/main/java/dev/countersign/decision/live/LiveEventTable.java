package dev.countersign.decision.live;

import dev.countersign.decision.live.LiveEvent.Kind;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The table of what happened in the last day. Triggers write it, nobody else does. */
final class LiveEventTable {

  /** Tells every gateway that there is more. */
  static final String CHANNEL = "countersign_event";

  private final Jdbi jdbi;

  LiveEventTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The number of the newest; 0 if nothing ever happened. */
  long latest() {
    return number("SELECT coalesce(max(id), 0) FROM live_event");
  }

  /** The number of the oldest that is kept; 0 if nothing ever happened. */
  long oldest() {
    return number("SELECT coalesce(min(id), 0) FROM live_event");
  }

  private long number(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  List<LiveEvent> after(long id, int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM live_event WHERE id > :id ORDER BY id LIMIT :max")
                .bind("id", id)
                .bind("max", max)
                .map((row, context) -> event(row))
                .list());
  }

  /** The newest stays, so that numbers never begin again. */
  void forget() {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                DELETE FROM live_event
                WHERE at < clock_timestamp() - interval '1 day'
                  AND id < (SELECT max(id) FROM live_event)
                """));
  }

  private static LiveEvent event(ResultSet row) throws SQLException {
    return new LiveEvent(
        row.getLong("id"),
        Stored.instant(row, "at"),
        Kind.valueOf(row.getString("kind")),
        row.getString("state"),
        row.getString("about"),
        Stored.read(row.getString("subject"), Subject.class),
        row.getString("resource"));
  }
}
