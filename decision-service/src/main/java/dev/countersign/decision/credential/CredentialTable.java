package dev.countersign.decision.credential;

import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The table of session credentials, by the digest of their secret. Its clock is the database's. */
final class CredentialTable {

  /** Tells every gateway that a credential was revoked; the payload is its public name. */
  static final String CHANNEL = "countersign_credential_revoked";

  private static final String COLUMNS = "id, resource, subject, grant_id, minted_at, expires_at";
  private static final String GOOD = "revoked_at IS NULL AND expires_at > clock_timestamp()";

  /** Long after it ended nobody asks what a credential was; the journal knows. */
  private static final Duration KEPT = Duration.ofDays(7);

  private final Jdbi jdbi;

  CredentialTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  Instant now() {
    return Stored.now(jdbi);
  }

  /**
   * Keeps a credential, unless its subject has that many good ones.
   *
   * @return whether it was kept
   */
  boolean insert(SessionCredential credential, byte[] digest, int max) {
    return jdbi.inTransaction(
        handle -> {
          lock(handle, credential.subject());
          if (good(handle, credential.subject()).size() >= max) {
            return false;
          }
          insert(handle, credential, digest);
          return true;
        });
  }

  /** Two at a time could both be the last that is allowed. */
  private static void lock(Handle handle, Subject subject) {
    handle
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:key, 10))")
        .bind("key", subject.issuer() + " " + subject.id())
        .mapTo(Integer.class)
        .one();
  }

  private static void insert(Handle handle, SessionCredential credential, byte[] digest) {
    handle
        .createUpdate(
            "DELETE FROM session_credential WHERE expires_at < clock_timestamp() - :kept::interval")
        .bind("kept", KEPT.toString())
        .execute();
    handle
        .createUpdate(
            """
            INSERT INTO session_credential
              (digest, id, resource, issuer, subject_id, owner, subject, grant_id, minted_at, expires_at)
            VALUES (:digest, :id, :resource, :issuer, :subjectId, :owner, :subject::jsonb, :grant,
              :minted, :expires)
            """)
        .bind("digest", digest)
        .bind("id", credential.id())
        .bind("resource", credential.resource())
        .bind("issuer", credential.subject().issuer())
        .bind("subjectId", credential.subject().id())
        .bind("owner", credential.subject().onBehalfOf().orElse(null))
        .bind("subject", Stored.json(credential.subject()))
        .bind("grant", credential.grant().orElse(null))
        .bind("minted", credential.minted().atOffset(ZoneOffset.UTC))
        .bind("expires", credential.expires().atOffset(ZoneOffset.UTC))
        .execute();
  }

  /** The credential with that digest, if it is still good. */
  Optional<SessionCredential> findGood(byte[] digest) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s FROM session_credential WHERE digest = :digest AND %s"
                        .formatted(COLUMNS, GOOD))
                .bind("digest", digest)
                .map((row, context) -> credential(row))
                .findOne());
  }

  /** The credential of that name, if it is still good. */
  Optional<SessionCredential> findGood(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT %s FROM session_credential WHERE id = :id AND %s"
                        .formatted(COLUMNS, GOOD))
                .bind("id", id)
                .map((row, context) -> credential(row))
                .findOne());
  }

  List<SessionCredential> good(Subject subject) {
    return jdbi.withHandle(handle -> good(handle, subject));
  }

  private static List<SessionCredential> good(Handle handle, Subject subject) {
    return handle
        .createQuery(
            """
            SELECT %s FROM session_credential
            WHERE issuer = :issuer AND subject_id = :subject AND %s ORDER BY minted_at DESC
            """
                .formatted(COLUMNS, GOOD))
        .bind("issuer", subject.issuer())
        .bind("subject", subject.id())
        .map((row, context) -> credential(row))
        .list();
  }

  /** Ends a credential; one that has ended stays as it is. */
  void revoke(String id) {
    revoke("id = :id", "id", id);
  }

  /** Ends all credentials that stand on grants which have ended. A used one's session goes on. */
  void revokeEndedGrants() {
    revoke(
        """
        expires_at > clock_timestamp() AND grant_id IN
          (SELECT id FROM access_grant WHERE ended_at IS NOT NULL AND state <> :used)
        """,
        "used",
        "USED");
  }

  private void revoke(String which, String name, String value) {
    jdbi.useTransaction(
        handle -> {
          List<String> ended =
              handle
                  .createQuery(
                      """
                      UPDATE session_credential SET revoked_at = clock_timestamp()
                      WHERE %s AND revoked_at IS NULL RETURNING id
                      """
                          .formatted(which))
                  .bind(name, value)
                  .mapTo(String.class)
                  .list();
          for (String id : ended) {
            handle
                .createQuery("SELECT 1 FROM pg_notify(:channel, :id)")
                .bind("channel", CHANNEL)
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
          }
        });
  }

  private static SessionCredential credential(ResultSet row) throws SQLException {
    return new SessionCredential(
        row.getString("id"),
        row.getString("resource"),
        Stored.read(row.getString("subject"), Subject.class),
        Optional.ofNullable(row.getString("grant_id")),
        Stored.instant(row, "minted_at"),
        Stored.instant(row, "expires_at"));
  }
}
