package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;

/**
 * Who asks, as an OpenID Connect token tells it.
 *
 * @param issuer the token's {@code iss}; with {@code id} the key of the subject
 * @param id the token's {@code sub}
 * @param name what people call the subject; for display only
 * @param kind agent or human
 * @param groups the groups the issuer vouches for
 * @param onBehalfOf the {@code sub} of the agent's owner
 */
public record Subject(
    String issuer,
    String id,
    String name,
    Kind kind,
    Set<String> groups,
    Optional<String> onBehalfOf) {

  /** What a subject is. */
  public enum Kind {
    AGENT,
    HUMAN
  }

  public Subject {
    requireNonNull(issuer, "issuer");
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(kind, "kind");
    groups = Set.copyOf(groups);
    requireNonNull(onBehalfOf, "onBehalfOf");
  }

  /** Whether both are the same subject: the issuer and its {@code sub}, whatever else changed. */
  public boolean isSameAs(Subject other) {
    return issuer.equals(other.issuer) && id.equals(other.id);
  }
}
