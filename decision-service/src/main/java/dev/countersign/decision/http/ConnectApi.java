package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.credential.SessionCredentials;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.resource.Resources;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the API needs to answer how to sign in and how to get to a resource.
 *
 * @param grants who may come in: a credential stands on what lets its subject in
 * @param signIn where people sign in, the preferred one first
 */
public record ConnectApi(
    SessionCredentials credentials,
    Grants grants,
    Resources resources,
    Doors doors,
    List<SignInPlace> signIn) {

  public ConnectApi {
    requireNonNull(credentials, "credentials");
    requireNonNull(grants, "grants");
    requireNonNull(resources, "resources");
    requireNonNull(doors, "doors");
    signIn = List.copyOf(signIn);
  }

  /**
   * Where people sign in.
   *
   * @param issuer an issuer whose tokens are believed
   * @param client the public client there that the command line and the console are
   */
  public record SignInPlace(String issuer, String client) {}

  /**
   * The doors as clients reach them.
   *
   * @param postgres host and port
   * @param https the address without path
   * @param roots certificates in PEM that clients are to trust; none where their systems do already
   */
  public record Doors(PostgresDoor postgres, Optional<URI> https, Optional<String> roots) {

    public Doors {
      requireNonNull(postgres, "postgres");
      requireNonNull(https, "https");
      requireNonNull(roots, "roots");
    }
  }

  public record PostgresDoor(String host, int port) {}
}
