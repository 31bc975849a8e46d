package dev.countersign.decision.signin;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.identity.TokenVerifier.SignIn;
import dev.countersign.rules.fact.Subject;

/**
 * Somebody who is signed in at a browser.
 *
 * @param subject who, as the issuer's last token said
 * @param signIn how and when they signed in
 * @param formToken what every form of theirs carries
 */
public record BrowserSession(Subject subject, SignIn signIn, String formToken) {

  public BrowserSession {
    requireNonNull(subject, "subject");
    requireNonNull(signIn, "signIn");
    requireNonNull(formToken, "formToken");
  }
}
