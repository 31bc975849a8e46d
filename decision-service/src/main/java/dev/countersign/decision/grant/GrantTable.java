package dev.countersign.decision.grant;

import dev.countersign.decision.grant.Grant.Ending;
import dev.countersign.decision.grant.Grant.State;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The table of grants. Each change of state is one statement that holds its own condition and reads
 * the database's clock, so that one of two changes counts, whoever makes them where.
 */
final class GrantTable {

  private static final int MOST_LISTED = 200;

  private final Jdbi jdbi;

  GrantTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  Instant now() {
    return Stored.now(jdbi);
  }

  /**
   * Writes a wish down, unless the subject has that many that have not ended.
   *
   * @return whether it was
   */
  boolean insert(Grant grant, int most) {
    return jdbi.inTransaction(
        handle -> {
          lock(handle, grant.subject());
          if (unended(handle, grant.subject()) >= most) {
            return false;
          }
          insert(handle, grant);
          return true;
        });
  }

  /** Two at a time could both be the last that is allowed. */
  private static void lock(Handle handle, Subject subject) {
    handle
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:key, 20))")
        .bind("key", subject.issuer() + " " + subject.id())
        .mapTo(Integer.class)
        .one();
  }

  private static int unended(Handle handle, Subject subject) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM access_grant
            WHERE issuer = :issuer AND subject_id = :id AND ended_at IS NULL
              AND ends_at > clock_timestamp()
            """)
        .bind("issuer", subject.issuer())
        .bind("id", subject.id())
        .mapTo(Integer.class)
        .one();
  }

  private static void insert(Handle handle, Grant grant) {
    handle
        .createUpdate(
            """
            INSERT INTO access_grant (id, state, issuer, subject_id, subject, resource, scope,
              reason, starts_at, ends_at, once, rule, policy_version)
            VALUES (:id, :state, :issuer, :subjectId, :subject::jsonb, :resource, :scope::jsonb,
              :reason, :from, :until, :once, :rule, :policyVersion)
            """)
        .bind("id", grant.id())
        .bind("state", grant.state().name())
        .bind("issuer", grant.subject().issuer())
        .bind("subjectId", grant.subject().id())
        .bind("subject", Stored.json(grant.subject()))
        .bind("resource", grant.resource())
        .bind("scope", Stored.json(grant.scope()))
        .bind("reason", grant.reason())
        .bind("from", grant.from().atOffset(ZoneOffset.UTC))
        .bind("until", grant.until().atOffset(ZoneOffset.UTC))
        .bind("once", grant.once())
        .bind("rule", grant.rule())
        .bind("policyVersion", grant.policyVersion())
        .execute();
  }

  void waitsFor(String id, String approval) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE access_grant SET approval = :approval
                    WHERE id = :id AND state = 'REQUESTED'
                    """)
                .bind("id", id)
                .bind("approval", approval)
                .execute());
  }

  /**
   * What is done about a change before it holds, with the row locked and in the change's own
   * transaction: it sees the grant as it is about to be, and if it throws, nothing changes.
   */
  interface Before {
    void record(Grant changed);
  }

  /**
   * Gives what was wished for. What has begun to count before it was given counts from now on.
   *
   * @return empty if it no longer was a wish
   */
  Optional<Grant> give(String id, Before before) {
    return change(
        """
        UPDATE access_grant SET state = 'GIVEN',
          ends_at = CASE WHEN starts_at < clock_timestamp()
            THEN clock_timestamp() + (ends_at - starts_at) ELSE ends_at END
        WHERE id = :id AND state = 'REQUESTED' RETURNING *
        """,
        Map.of("id", id),
        before);
  }

  /**
   * Moves the end of a given grant.
   *
   * @param was when it ended until now; if somebody else has moved that meanwhile, nothing is moved
   * @return empty if it was not
   */
  Optional<Grant> extend(String id, Instant was, Instant until, Before before) {
    return change(
        """
        UPDATE access_grant SET ends_at = :until
        WHERE id = :id AND state = 'GIVEN' AND ends_at > clock_timestamp() AND ends_at = :was
        RETURNING *
        """,
        Map.of(
            "id", id, "was", was.atOffset(ZoneOffset.UTC), "until", until.atOffset(ZoneOffset.UTC)),
        before);
  }

  /** Ends a wish or a grant; empty if it has ended. */
  Optional<Grant> end(String id, State state, Optional<Subject> by, String comment, Before before) {
    return change(
        """
        UPDATE access_grant SET state = :state, ended_at = clock_timestamp(),
          ended_by = nullif(:by, '')::jsonb, comment = :comment
        WHERE id = :id AND ended_at IS NULL RETURNING *
        """,
        Map.of(
            "id",
            id,
            "state",
            state.name(),
            "by",
            by.map(Stored::json).orElse(""),
            "comment",
            comment),
        before);
  }

  /** Begins the one session of a grant that is for one; empty if another was first. */
  Optional<Grant> use(String id, Before before) {
    return change(
        """
        UPDATE access_grant SET state = 'USED', ended_at = clock_timestamp()
        WHERE id = :id AND state = 'GIVEN' AND ends_at > clock_timestamp() RETURNING *
        """,
        Map.of("id", id),
        before);
  }

  private Optional<Grant> change(String sql, Map<String, ?> values, Before before) {
    return jdbi.inTransaction(
        handle -> {
          Optional<Grant> changed =
              handle.createQuery(sql).bindMap(values).map((row, context) -> grant(row)).findOne();
          changed.ifPresent(before::record);
          return changed;
        });
  }

  /** Ends one that is over its time; empty if there is none, or another gateway is at it. */
  Optional<Grant> expireOne(Before before) {
    return change(
        """
        UPDATE access_grant SET state = 'EXPIRED', ended_at = clock_timestamp()
        WHERE ended_at IS NULL AND ends_at <= clock_timestamp() AND id = (
          SELECT id FROM access_grant WHERE ended_at IS NULL AND ends_at <= clock_timestamp()
          LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *
        """,
        Map.of(),
        before);
  }

  /**
   * Ends a wish that nobody will carry out any more: the gateway that asked for it is gone, before
   * it asked or before it heard the answer.
   */
  Optional<Grant> abandonOne(Before before) {
    return change(
        """
        UPDATE access_grant SET state = 'DENIED', ended_at = clock_timestamp(),
          comment = 'the gateway that asked for it is gone; ask again'
        WHERE state = 'REQUESTED' AND id = (
          SELECT access_grant.id FROM access_grant LEFT JOIN approval
            ON approval.id = access_grant.approval
          WHERE access_grant.state = 'REQUESTED' AND (
            (access_grant.approval IS NULL
              AND access_grant.requested_at < clock_timestamp() - interval '1 minute')
            OR (approval.state IN ('DENIED', 'EXPIRED', 'WITHDRAWN', 'FAILED')
              AND coalesce(approval.ran_at, approval.decided_at)
                < clock_timestamp() - interval '5 seconds'))
          LIMIT 1 FOR UPDATE OF access_grant SKIP LOCKED)
        RETURNING *
        """,
        Map.of(),
        before);
  }

  /** The grants of a subject on a resource that hold now, those that hold longest first. */
  List<Grant> holding(Subject subject, String resource) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM access_grant
                    WHERE issuer = :issuer AND subject_id = :id AND resource = :resource
                      AND state = 'GIVEN' AND starts_at <= clock_timestamp()
                      AND ends_at > clock_timestamp()
                    ORDER BY ends_at DESC, id
                    """)
                .bind("issuer", subject.issuer())
                .bind("id", subject.id())
                .bind("resource", resource)
                .map((row, context) -> grant(row))
                .list());
  }

  Optional<Grant> find(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM access_grant WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> grant(row))
                .findOne());
  }

  /** The newest grants, at most 200. */
  List<Grant> recent() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM access_grant ORDER BY requested_at DESC, id LIMIT "
                        + MOST_LISTED)
                .map((row, context) -> grant(row))
                .list());
  }

  private static Grant grant(ResultSet row) throws SQLException {
    String by = row.getString("ended_by");
    Optional<Ending> ending =
        row.getObject("ended_at") == null
            ? Optional.empty()
            : Optional.of(
                new Ending(
                    Stored.instant(row, "ended_at"),
                    by == null ? Optional.empty() : Optional.of(Stored.read(by, Subject.class)),
                    row.getString("comment")));
    return new Grant(
        row.getString("id"),
        State.valueOf(row.getString("state")),
        Stored.read(row.getString("subject"), Subject.class),
        row.getString("resource"),
        Stored.read(row.getString("scope"), GrantScope.class),
        row.getString("reason"),
        Stored.instant(row, "starts_at"),
        Stored.instant(row, "ends_at"),
        row.getBoolean("once"),
        row.getString("rule"),
        row.getString("policy_version"),
        Optional.ofNullable(row.getString("approval")),
        Stored.instant(row, "requested_at"),
        ending);
  }
}
