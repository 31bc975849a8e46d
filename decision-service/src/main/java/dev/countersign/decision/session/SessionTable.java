package dev.countersign.decision.session;

import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The table of open sessions. Its clock is the database's. */
final class SessionTable {

  /** Tells every gateway that a session was killed, or that a grant has changed. */
  static final String CHANNEL = "countersign_session";

  /** Of a gateway that is silent for longer, no session is open any more. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  /** A session that has just begun may not have been known when the list of the open was made. */
  private static final Duration BEGUN = Duration.ofSeconds(2);

  private static final String OPEN = "seen_at > clock_timestamp() - :silence::interval";
  private final Jdbi jdbi;
  private final UUID gateway;

  SessionTable(Jdbi jdbi, UUID gateway) {
    this.jdbi = jdbi;
    this.gateway = gateway;
  }

  /**
   * Writes a session down, unless its subject has that many.
   *
   * @return whether it was
   */
  boolean insert(Entrance entrance, int most) {
    return jdbi.inTransaction(
        handle -> {
          lock(handle, entrance.subject());
          if (count(handle, entrance.subject()) >= most) {
            return false;
          }
          insert(handle, entrance);
          return true;
        });
  }

  /** Two at a time could both be the last that is allowed. */
  private static void lock(Handle handle, Subject subject) {
    handle
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:key, 21))")
        .bind("key", subject.issuer() + " " + subject.id())
        .mapTo(Integer.class)
        .one();
  }

  private static int count(Handle handle, Subject subject) {
    return handle
        .createQuery(
            "SELECT count(*) FROM live_session WHERE issuer = :issuer AND subject_id = :id AND "
                + OPEN)
        .bind("issuer", subject.issuer())
        .bind("id", subject.id())
        .bind("silence", SILENCE.toString())
        .mapTo(Integer.class)
        .one();
  }

  private void insert(Handle handle, Entrance entrance) {
    handle
        .createUpdate(
            """
            INSERT INTO live_session (id, gateway, issuer, subject_id, subject, resource, client,
              application, grant_id, credential)
            VALUES (:id, :gateway, :issuer, :subjectId, :subject::jsonb, :resource, :client,
              :application, :grant, :credential)
            ON CONFLICT (id) DO NOTHING
            """)
        .bind("id", entrance.id().value())
        .bind("gateway", gateway)
        .bind("issuer", entrance.subject().issuer())
        .bind("subjectId", entrance.subject().id())
        .bind("subject", Stored.json(entrance.subject()))
        .bind("resource", entrance.resource())
        .bind("client", entrance.client())
        .bind("application", entrance.application())
        .bind("grant", entrance.grant().orElse(null))
        .bind("credential", entrance.credential().orElse(null))
        .execute();
  }

  /**
   * Says that these sessions of this gateway are open, and no others; forgets what died. One that
   * was taken for dead, because nothing was heard of this gateway for a while, is written down
   * anew: otherwise nobody could end it any more.
   */
  void keep(Collection<Entrance> entrances) {
    List<String> open = entrances.stream().map(entrance -> entrance.id().value()).toList();
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  DELETE FROM live_session
                  WHERE gateway = :gateway AND id <> ALL (:open)
                      AND opened_at < clock_timestamp() - :begun::interval
                    OR seen_at < clock_timestamp() - :silence::interval
                  """)
              .bind("gateway", gateway)
              .bindArray("open", String.class, open)
              .bind("begun", BEGUN.toString())
              .bind("silence", SILENCE.toString())
              .execute();
          handle
              .createUpdate(
                  "UPDATE live_session SET seen_at = clock_timestamp() WHERE gateway = :me")
              .bind("me", gateway)
              .execute();
          Set<String> there =
              handle
                  .createQuery("SELECT id FROM live_session WHERE gateway = :me")
                  .bind("me", gateway)
                  .mapTo(String.class)
                  .collect(Collectors.toSet());
          entrances.stream()
              .filter(entrance -> !there.contains(entrance.id().value()))
              .forEach(entrance -> insert(handle, entrance));
        });
  }

  /** Which sessions of this gateway must end, and why. */
  Map<String, String> toEnd() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT live_session.id, CASE
                        WHEN killed IS NOT NULL THEN 'killed: ' || killed
                        WHEN access_grant.id IS NOT NULL
                          THEN 'the grant ' || access_grant.id || ' has ended'
                        ELSE 'the session credential was revoked' END AS why
                    FROM live_session
                      LEFT JOIN access_grant ON access_grant.id = grant_id
                        AND access_grant.state <> 'USED'
                        AND (access_grant.ended_at IS NOT NULL
                          OR access_grant.ends_at <= clock_timestamp())
                      LEFT JOIN session_credential ON session_credential.id = credential
                        AND session_credential.revoked_at IS NOT NULL
                    WHERE gateway = :gateway
                      AND (killed IS NOT NULL OR access_grant.id IS NOT NULL
                        OR session_credential.id IS NOT NULL)
                    """)
                .bind("gateway", gateway)
                .map((row, context) -> Map.entry(row.getString("id"), row.getString("why")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** When the grants end on which sessions of this gateway stand. */
  Map<String, Instant> grantEnds() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT live_session.id, ends_at
                    FROM live_session JOIN access_grant ON access_grant.id = grant_id
                    WHERE gateway = :gateway AND state IN ('GIVEN', 'USED')
                    """)
                .bind("gateway", gateway)
                .map(
                    (row, context) ->
                        Map.entry(row.getString("id"), Stored.instant(row, "ends_at")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** Marks a session; its gateway ends it. */
  void kill(String id, String reason) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "UPDATE live_session SET killed = :reason WHERE id = :id AND killed IS NULL")
                .bind("id", id)
                .bind("reason", reason)
                .execute());
  }

  List<LiveSession> list() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM live_session WHERE " + OPEN + " ORDER BY opened_at DESC, id")
                .bind("silence", SILENCE.toString())
                .map((row, context) -> session(row))
                .list());
  }

  Optional<LiveSession> find(String id) {
    return list().stream().filter(session -> session.id().equals(id)).findFirst();
  }

  private static LiveSession session(ResultSet row) throws SQLException {
    return new LiveSession(
        row.getString("id"),
        Stored.read(row.getString("subject"), Subject.class),
        row.getString("resource"),
        row.getString("client"),
        row.getString("application"),
        Optional.ofNullable(row.getString("grant_id")),
        Stored.instant(row, "opened_at"));
  }
}
