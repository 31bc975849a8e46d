package dev.countersign.decision.signin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.decision.identity.TokenVerifier.SignIn;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** The table of browsers' sessions, by the digest of their secret. Its clock is the database's. */
final class BrowserSessionTable {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  /**
   * A session as it is kept.
   *
   * @param refresh the refresh token, sealed with the session's secret
   * @param verifiedUntil until when its last token holds
   * @param isFresh whether {@code verifiedUntil} lies ahead
   */
  record Kept(
      Subject subject,
      SignIn signIn,
      Optional<byte[]> refresh,
      Instant verifiedUntil,
      Instant ends,
      boolean isFresh) {}

  private final Jdbi jdbi;

  BrowserSessionTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  void insert(byte[] digest, Kept session, SessionTimes times) {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  DELETE FROM browser_session
                  WHERE ends_at < clock_timestamp() OR seen_at < clock_timestamp() - :idle::interval
                  """)
              .bind("idle", times.idle().toString())
              .execute();
          handle
              .createUpdate(
                  """
                  INSERT INTO browser_session
                    (digest, issuer, subject_id, subject, signed_in_at, level, refresh,
                     verified_until, ends_at)
                  VALUES (:digest, :issuer, :subjectId, :subject::jsonb, :signedIn, :level, :refresh,
                    :verifiedUntil, clock_timestamp() + :lifetime::interval)
                  """)
              .bind("digest", digest)
              .bind("issuer", session.subject().issuer())
              .bind("subjectId", session.subject().id())
              .bind("subject", json(session.subject()))
              .bind("signedIn", session.signIn().at().map(BrowserSessionTable::sql).orElse(null))
              .bind("level", session.signIn().level().orElse(null))
              .bind("refresh", session.refresh().orElse(null))
              .bind("verifiedUntil", sql(session.verifiedUntil()))
              .bind("lifetime", times.lifetime().toString())
              .execute();
        });
  }

  /** A session that has not ended; that it was seen is written down once in a while. */
  Optional<Kept> find(byte[] digest, SessionTimes times) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT subject, signed_in_at, level, refresh, verified_until, ends_at,
                      verified_until > clock_timestamp() AS fresh
                    FROM browser_session
                    WHERE digest = :digest AND ends_at > clock_timestamp()
                      AND seen_at > clock_timestamp() - :idle::interval
                    """)
                .bind("digest", digest)
                .bind("idle", times.idle().toString())
                .map((row, context) -> kept(row))
                .findOne());
  }

  /**
   * Which of many sessions have not ended.
   *
   * @param digests in hex
   * @return whether each one's last token still holds, by its digest
   */
  Map<String, Boolean> alive(Set<String> digests, SessionTimes times) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT digest, verified_until > clock_timestamp() AS fresh
                    FROM browser_session
                    WHERE digest IN (SELECT decode(one, 'hex') FROM unnest(:digests) AS one)
                      AND ends_at > clock_timestamp()
                      AND seen_at > clock_timestamp() - :idle::interval
                    """)
                .bindArray("digests", String.class, digests.toArray())
                .bind("idle", times.idle().toString())
                .reduceRows(
                    new HashMap<String, Boolean>(),
                    (alive, row) -> {
                      alive.put(
                          HexFormat.of().formatHex(row.getColumn("digest", byte[].class)),
                          row.getColumn("fresh", Boolean.class));
                      return alive;
                    }));
  }

  void seen(byte[] digest) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE browser_session SET seen_at = clock_timestamp()
                    WHERE digest = :digest AND seen_at < clock_timestamp() - interval '20 seconds'
                    """)
                .bind("digest", digest)
                .execute());
  }

  /** A newer token of the same subject. */
  void renew(byte[] digest, Kept session) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE browser_session SET subject = :subject::jsonb, refresh = :refresh,
                      verified_until = :verifiedUntil
                    WHERE digest = :digest
                    """)
                .bind("digest", digest)
                .bind("subject", json(session.subject()))
                .bind("refresh", session.refresh().orElse(null))
                .bind("verifiedUntil", sql(session.verifiedUntil()))
                .execute());
  }

  void delete(byte[] digest) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate("DELETE FROM browser_session WHERE digest = :digest")
                .bind("digest", digest)
                .execute());
  }

  private static Kept kept(ResultSet row) throws SQLException {
    try {
      return new Kept(
          JSON.readValue(row.getString("subject"), Subject.class),
          new SignIn(
              Optional.ofNullable(row.getObject("signed_in_at", OffsetDateTime.class))
                  .map(OffsetDateTime::toInstant),
              Optional.ofNullable(row.getString("level"))),
          Optional.ofNullable(row.getBytes("refresh")),
          row.getObject("verified_until", OffsetDateTime.class).toInstant(),
          row.getObject("ends_at", OffsetDateTime.class).toInstant(),
          row.getBoolean("fresh"));
    } catch (JsonProcessingException e) {
      throw new SQLException("a stored subject is not JSON", e);
    }
  }

  private static String json(Subject subject) {
    try {
      return JSON.writeValueAsString(subject);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a subject is JSON", e);
    }
  }

  private static OffsetDateTime sql(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
