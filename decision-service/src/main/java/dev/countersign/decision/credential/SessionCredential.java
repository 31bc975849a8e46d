package dev.countersign.decision.credential;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Optional;

/**
 * A session credential as the gateway knows it: all but the secret.
 *
 * @param id its public name, for people, events and revocation
 * @param resource the one it opens
 * @param subject whose it is, as verified when it was minted
 * @param grant the grant it stands on, if it stands on one
 * @param expires from when on it opens nothing; never later than the token it was minted with
 */
public record SessionCredential(
    String id,
    String resource,
    Subject subject,
    Optional<String> grant,
    Instant minted,
    Instant expires) {

  public SessionCredential {
    requireNonNull(id, "id");
    requireNonNull(resource, "resource");
    requireNonNull(subject, "subject");
    requireNonNull(grant, "grant");
    requireNonNull(minted, "minted");
    requireNonNull(expires, "expires");
  }
}
