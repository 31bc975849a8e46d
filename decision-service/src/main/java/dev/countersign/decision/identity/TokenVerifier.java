package dev.countersign.decision.identity;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Optional;

/** Turns a bearer token into a subject, or refuses it. May block: call it on a virtual thread. */
public interface TokenVerifier {

  /**
   * Verifies a token that is presented to the gateway itself. A session credential is none: it
   * opens one resource and nothing else.
   *
   * @throws TokenRefused if the token is not good, whatever the cause
   */
  VerifiedToken verify(String token) throws TokenRefused;

  /**
   * Verifies what a client presents at a door.
   *
   * @param resource what the client asks for, in its own words
   * @throws TokenRefused if it is not good, or not for that resource
   */
  default VerifiedToken verify(String token, String resource) throws TokenRefused {
    return verify(token);
  }

  /**
   * A good token.
   *
   * @param subject whose it is
   * @param expires from when on it is not good any more
   * @param signIn how and when the subject signed in, as far as its issuer says
   * @param credential the session credential, if it was presented instead of a token
   */
  record VerifiedToken(
      Subject subject, Instant expires, SignIn signIn, Optional<Credential> credential) {

    public VerifiedToken {
      requireNonNull(subject, "subject");
      requireNonNull(expires, "expires");
      requireNonNull(signIn, "signIn");
      requireNonNull(credential, "credential");
    }

    /** A token of which nothing else is known. */
    public VerifiedToken(Subject subject, Instant expires) {
      this(subject, expires, SignIn.UNKNOWN, Optional.empty());
    }
  }

  /**
   * How and when a subject signed in.
   *
   * @param at the token's {@code auth_time}
   * @param level the token's {@code acr}
   */
  record SignIn(Optional<Instant> at, Optional<String> level) {

    public static final SignIn UNKNOWN = new SignIn(Optional.empty(), Optional.empty());

    public SignIn {
      requireNonNull(at, "at");
      requireNonNull(level, "level");
    }
  }

  /**
   * The session credential that was presented.
   *
   * @param id its public name
   * @param grant the grant it stands on, if it stands on one
   */
  record Credential(String id, Optional<String> grant) {}
}
