package dev.countersign.decision.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The times in a token.
 *
 * @param expires {@code exp}
 * @param notBefore {@code nbf}
 * @param issued {@code iat}
 */
record Lifetime(Instant expires, Optional<Instant> notBefore, Optional<Instant> issued) {

  /** A token that lives longer than a day is no login but a password. */
  private static final Duration LONGEST = Duration.ofHours(24);

  /**
   * Lets a token pass that is in its time.
   *
   * @param skew how far the issuer's clock may be from this one
   */
  void requireCurrent(Instant now, Duration skew) throws TokenRefused {
    if (!now.isBefore(expires.plus(skew))) {
      throw new TokenRefused("the token expired at " + expires);
    }
    if (expires.isAfter(now.plus(LONGEST).plus(skew))) {
      throw new TokenRefused("the token lives longer than 24 hours");
    }
    Instant latest = now.plus(skew);
    if (notBefore.filter(latest::isBefore).isPresent()) {
      throw new TokenRefused("the token is not good yet (nbf)");
    }
    if (issued.filter(latest::isBefore).isPresent()) {
      throw new TokenRefused("the token was issued in the future (iat)");
    }
  }
}
