package dev.countersign.decision.signin;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.identity.TokenVerifier.SignIn;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;

/**
 * Somebody who is signed in at a browser.
 *
 * @param subject who, as the issuer's last token said
 * @param signIn how and when they signed in
 * @param formToken what every form of theirs carries
 * @param ends when they must sign in anew, whatever happens
 */
public record BrowserSession(Subject subject, SignIn signIn, String formToken, Instant ends) {

  public BrowserSession {
    requireNonNull(subject, "subject");
    requireNonNull(signIn, "signIn");
    requireNonNull(formToken, "formToken");
    requireNonNull(ends, "ends");
  }
}
