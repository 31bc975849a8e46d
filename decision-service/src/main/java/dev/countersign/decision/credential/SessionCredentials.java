package dev.countersign.decision.credential;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.credential.MintResult.Minted;
import dev.countersign.decision.credential.MintResult.Refused;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Mints, finds and revokes session credentials. Each is announced in the journal before it is
 * there, and before it is gone. Safe for any number of threads, and for any number of gateways.
 */
public final class SessionCredentials {

  private final CredentialTable table;
  private final Journal journal;
  private final CredentialLimits limits;
  private final SecureRandom random = new SecureRandom();

  public SessionCredentials(Database database, Journal journal, CredentialLimits limits) {
    this.table = new CredentialTable(database.jdbi());
    this.journal = journal;
    this.limits = limits;
  }

  /**
   * Mints a credential.
   *
   * @param by the token it is asked for with; the credential ends no later
   * @param resource the one it will open; that it exists is for the caller to check
   * @param lifetime how long it is wanted for, if not for the usual time
   * @param grant the grant it stands on, if it stands on one
   */
  public MintResult mint(
      VerifiedToken by, String resource, Optional<Duration> lifetime, Optional<String> grant) {
    Duration wanted = lifetime.orElse(limits.lifetime());
    if (!wanted.isPositive() || wanted.compareTo(limits.maxLifetime()) > 0) {
      return new Refused(
          "a session credential lives at most " + limits.maxLifetime(), "ask for less");
    }
    if (by.credential().isPresent()) {
      return new Refused("a session credential mints no other", "sign in: countersign login");
    }
    Instant now = table.now();
    Instant expires = earlier(now.plus(wanted), by.expires());
    if (!expires.isAfter(now)) {
      return new Refused("the token expires right now", "get a fresh one");
    }
    CredentialText secret = CredentialText.random(random);
    var credential =
        new SessionCredential(
            UUID.randomUUID().toString(), resource, by.subject(), grant, now, expires);
    announce(new Event.CredentialMinted(credential.id(), by.subject(), resource, grant, expires));
    if (!table.insert(credential, secret.digest(), limits.maxPerSubject())) {
      return new Refused(
          "there are " + limits.maxPerSubject() + " good session credentials already",
          "use one of them, or revoke some");
    }
    return new Minted(credential, secret.value());
  }

  /** What is announced is on the disk: whoever holds a credential is known, whatever fails next. */
  private void announce(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** The good credentials of a subject, the newest first. */
  public List<SessionCredential> of(Subject subject) {
    return table.good(subject);
  }

  /**
   * Revokes a credential, if it is the subject's own or that of an agent which acts for the
   * subject. Sessions it has opened end.
   *
   * @return whether there was such a credential
   */
  public boolean revoke(String id, Subject by) {
    Optional<SessionCredential> credential =
        table.findGood(id).filter(found -> by.owns(found.subject()));
    credential.ifPresent(
        found -> {
          announce(new Event.CredentialRevoked(id, by, found.resource()));
          table.revoke(id);
        });
    return credential.isPresent();
  }

  /**
   * Ends all credentials whose grants have ended; that was announced when they did. To be called
   * now and then: such a credential opens nothing from the moment its grant ends.
   */
  public void endWithGrants() {
    table.revokeEndedGrants();
  }

  /** The good credential with that secret. */
  Optional<SessionCredential> find(CredentialText secret) {
    return table.findGood(secret.digest());
  }
}
