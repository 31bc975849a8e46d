package dev.countersign.decision.identity;

import dev.countersign.rules.fact.Subject;

/** Turns a bearer token into a subject, or refuses it. */
public interface TokenVerifier {

  /**
   * Verifies a token. May block on the issuer's key endpoint: call it on a virtual thread.
   *
   * @throws TokenRefused if the token is not good, whatever the cause
   */
  VerifiedToken verify(String token) throws TokenRefused;

  /**
   * A good token.
   *
   * @param subject whose it is
   * @param expires from when on it is not good any more
   */
  record VerifiedToken(Subject subject, java.time.Instant expires) {}
}
