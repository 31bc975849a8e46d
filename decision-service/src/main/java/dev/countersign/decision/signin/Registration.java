package dev.countersign.decision.signin;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.identity.IssuerConfig;

/**
 * An issuer at which people sign in.
 *
 * @param client the public client there that the console is
 */
public record Registration(IssuerConfig issuer, String client) {

  public Registration {
    requireNonNull(issuer, "issuer");
    requireNonNull(client, "client");
  }
}
