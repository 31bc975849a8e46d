package dev.countersign.decision.emergency;

import dev.countersign.decision.emergency.Emergency.Ending;
import dev.countersign.decision.emergency.Emergency.State;
import dev.countersign.decision.emergency.Emergency.Word;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The table of emergencies. Each step locks its row, is on the record first, and is taken only from
 * the state it may be taken from.
 */
final class EmergencyTable {

  private final Jdbi jdbi;

  EmergencyTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** A proposal; it lapses if nobody opens it within that time. */
  Emergency propose(
      String id,
      Subject by,
      List<String> resources,
      EmergencyRules rules,
      Duration window,
      Duration lapse,
      String reason,
      Consumer<Emergency> before) {
    return jdbi.inTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO emergency (id, state, resources, groups, agents, millis, reason,
                    proposed_by, until)
                  VALUES (:id, 'PROPOSED', :resources, :groups, :agents, :millis, :reason,
                    :by::jsonb, clock_timestamp() + :lapse * interval '1 millisecond')
                  """)
              .bind("id", id)
              .bindArray("resources", String.class, resources)
              .bindArray("groups", String.class, rules.subjects())
              .bind("agents", rules.agents())
              .bind("millis", window.toMillis())
              .bind("reason", reason)
              .bind("by", Stored.json(by))
              .bind("lapse", lapse.toMillis())
              .execute();
          return told(handle, id, before);
        });
  }

  /** Opens a proposal. */
  Optional<Emergency> open(String id, Subject by, String comment, Consumer<Emergency> before) {
    return step(
        id,
        """
        state = 'OPEN', opened_by = :by::jsonb, opened_at = clock_timestamp(),
        opened_why = :comment, until = clock_timestamp() + millis * interval '1 millisecond'
        WHERE id = :id AND state = 'PROPOSED' AND until > clock_timestamp()
        """,
        Optional.of(by),
        comment,
        before);
  }

  /** Ends an open one. */
  Optional<Emergency> close(String id, Subject by, String comment, Consumer<Emergency> before) {
    return step(
        id,
        """
        state = 'CLOSED', ended_by = :by::jsonb, ended_at = clock_timestamp(),
        ended_why = :comment
        WHERE id = :id AND state = 'OPEN'
        """,
        Optional.of(by),
        comment,
        before);
  }

  /** Writes down what somebody says of one that is over. */
  Optional<Emergency> review(String id, Subject by, String comment, Consumer<Emergency> before) {
    return step(
        id,
        """
        reviewed_by = :by::jsonb, reviewed_at = clock_timestamp(), review = :comment
        WHERE id = :id AND state IN ('CLOSED', 'EXPIRED') AND reviewed_at IS NULL
        """,
        Optional.of(by),
        comment,
        before);
  }

  /** Ends one whose time is over. */
  Optional<Emergency> endOne(Consumer<Emergency> before) {
    return jdbi.inTransaction(
        handle -> {
          Optional<String> id =
              handle
                  .createQuery(
                      """
                      SELECT id FROM emergency
                      WHERE state IN ('PROPOSED', 'OPEN') AND until <= clock_timestamp()
                      LIMIT 1 FOR UPDATE SKIP LOCKED
                      """)
                  .mapTo(String.class)
                  .findOne();
          id.ifPresent(
              one ->
                  handle
                      .createUpdate(
                          """
                          UPDATE emergency
                          SET state = CASE state WHEN 'OPEN' THEN 'EXPIRED' ELSE 'LAPSED' END,
                            ended_at = clock_timestamp()
                          WHERE id = :id
                          """)
                      .bind("id", one)
                      .execute());
          return id.map(one -> told(handle, one, before));
        });
  }

  private Optional<Emergency> step(
      String id, String change, Optional<Subject> by, String comment, Consumer<Emergency> before) {
    return jdbi.inTransaction(
        handle -> {
          int changed =
              handle
                  .createUpdate("UPDATE emergency SET " + change)
                  .bind("id", id)
                  .bind("by", by.map(Stored::json).orElse(null))
                  .bind("comment", comment)
                  .execute();
          return changed == 1 ? Optional.of(told(handle, id, before)) : Optional.empty();
        });
  }

  private static Emergency told(Handle handle, String id, Consumer<Emergency> before) {
    Emergency now = find(handle, id).orElseThrow();
    before.accept(now);
    return now;
  }

  Optional<Emergency> find(String id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  private static Optional<Emergency> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT * FROM emergency WHERE id = :id")
        .bind("id", id)
        .map(EmergencyTable::row)
        .findOne();
  }

  /** Those whose commands it let through. */
  List<Subject> workedUnder(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT DISTINCT subject FROM approval WHERE standing = :id")
                .bind("id", id)
                .map((row, context) -> Stored.read(row.getString("subject"), Subject.class))
                .list());
  }

  List<Emergency> recent(int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM emergency
                    ORDER BY (state = 'OPEN') DESC,
                      (ended_at IS NOT NULL AND opened_at IS NOT NULL AND reviewed_at IS NULL) DESC,
                      proposed_at DESC
                    LIMIT :max
                    """)
                .bind("max", max)
                .map(EmergencyTable::row)
                .list());
  }

  List<Emergency> unreviewed(Duration since, int max) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM emergency
                    WHERE opened_at IS NOT NULL AND reviewed_at IS NULL
                      AND ended_at <= clock_timestamp() - :millis * interval '1 millisecond'
                    ORDER BY ended_at LIMIT :max
                    """)
                .bind("millis", since.toMillis())
                .bind("max", max)
                .map(EmergencyTable::row)
                .list());
  }

  private static Emergency row(ResultSet row, StatementContext context) throws SQLException {
    return new Emergency(
        row.getString("id"),
        State.valueOf(row.getString("state")),
        Arrays.asList((String[]) row.getArray("resources").getArray()),
        Duration.ofMillis(row.getLong("millis")),
        row.getString("reason"),
        new Word(
            Stored.read(row.getString("proposed_by"), Subject.class),
            Stored.instant(row, "proposed_at"),
            row.getString("reason")),
        Stored.instant(row, "until"),
        word(row, "opened_by", "opened_at", "opened_why"),
        row.getObject("ended_at") == null
            ? Optional.empty()
            : Optional.of(
                new Ending(
                    Optional.ofNullable(row.getString("ended_by"))
                        .map(by -> Stored.read(by, Subject.class)),
                    Stored.instant(row, "ended_at"),
                    row.getString("ended_why"))),
        word(row, "reviewed_by", "reviewed_at", "review"));
  }

  private static Optional<Word> word(ResultSet row, String by, String at, String comment)
      throws SQLException {
    @Nullable String who = row.getString(by);
    return who == null
        ? Optional.empty()
        : Optional.of(
            new Word(
                Stored.read(who, Subject.class), Stored.instant(row, at), row.getString(comment)));
  }
}
