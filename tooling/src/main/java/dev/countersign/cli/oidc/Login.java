package dev.countersign.cli.oidc;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody who is signed in for one gateway.
 *
 * @param server the gateway's API
 * @param client the client at the issuer that signed in
 * @param secretFile where the client's secret is, if it signs in by itself, as agents do
 * @param access the token for the gateway
 * @param refresh what gets the next one, if the issuer gave it
 * @param expires when the token ends
 */
public record Login(
    URI server,
    URI issuer,
    String client,
    Optional<Path> secretFile,
    String access,
    Optional<String> refresh,
    Instant expires) {

  /** What is left is too little to begin something with. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  public Login {
    requireNonNull(server, "server");
    requireNonNull(issuer, "issuer");
    requireNonNull(client, "client");
    requireNonNull(secretFile, "secretFile");
    requireNonNull(access, "access");
    requireNonNull(refresh, "refresh");
    requireNonNull(expires, "expires");
  }

  boolean isFresh(Instant now) {
    return now.plus(MARGIN).isBefore(expires);
  }

  /** Without its tokens. */
  @Override
  public String toString() {
    return "Login[" + server + ", " + issuer + ", " + client + "]";
  }
}
