package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.List;
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
 * @param delegation the {@code sub}s of everybody else who passed the permission on, the last one
 *     first, or to whom it may be passed on: none of them is a stranger to what this subject asks
 */
public record Subject(
    String issuer,
    String id,
    String name,
    Kind kind,
    Set<String> groups,
    Optional<String> onBehalfOf,
    List<String> delegation) {

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
    delegation = List.copyOf(delegation);
  }

  /** A subject that nobody but its owner passed a permission on to. */
  public Subject(
      String issuer,
      String id,
      String name,
      Kind kind,
      Set<String> groups,
      Optional<String> onBehalfOf) {
    this(issuer, id, name, kind, groups, onBehalfOf, List.of());
  }

  /** Whether both are the same subject: the issuer and its {@code sub}, whatever else changed. */
  public boolean isSameAs(Subject other) {
    return issuer.equals(other.issuer) && id.equals(other.id);
  }

  /** Whether what is the other's is this one's too: it is the same, or the human it acts for. */
  public boolean owns(Subject other) {
    return isSameAs(other)
        || (kind == Kind.HUMAN
            && issuer.equals(other.issuer)
            && other.onBehalfOf.filter(id::equals).isPresent());
  }

  /**
   * Whether both are one party: the same {@code sub}, owner and agent, or links of one delegation
   * chain. Neither may answer for the other. A {@code sub} counts at whatever issuer: too many are
   * kept apart rather than too few.
   */
  public boolean isPartyOf(Subject other) {
    return knows(other.id) || other.knows(id);
  }

  private boolean knows(String sub) {
    return id.equals(sub) || onBehalfOf.filter(sub::equals).isPresent() || delegation.contains(sub);
  }
}
