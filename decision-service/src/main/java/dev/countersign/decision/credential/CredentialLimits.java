package dev.countersign.decision.credential;

import java.time.Duration;

/**
 * How long session credentials live and how many of them.
 *
 * @param lifetime how long if nobody asks for less
 * @param maxLifetime how long at most
 * @param maxPerSubject good ones of a subject at the same time
 */
public record CredentialLimits(Duration lifetime, Duration maxLifetime, int maxPerSubject) {

  public static final CredentialLimits DEFAULT =
      new CredentialLimits(Duration.ofMinutes(15), Duration.ofHours(1), 200);

  public CredentialLimits {
    if (!lifetime.isPositive() || lifetime.compareTo(maxLifetime) > 0 || maxPerSubject < 1) {
      throw new IllegalArgumentException(
          "credentials live for more than no time, and not for longer than at most");
    }
  }
}
