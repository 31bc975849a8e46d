package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Kubernetes cluster behind the gateway.
 *
 * @param resource what rules and subjects know of it
 * @param host of its API server, as its certificate names it
 * @param port its TCP port
 * @param authority who signs its certificate; empty for those whom the JVM trusts
 * @param credential how the gateway gets in
 * @param impersonates whether the API server is told for whom: its own audit log then names the
 *     subject, and its own authorization applies
 * @param networks where it may be, whatever its name resolves to
 */
public record KubernetesUpstream(
    Resource resource,
    String host,
    int port,
    Optional<Authority> authority,
    Credential credential,
    boolean impersonates,
    Networks networks)
    implements Upstream {

  /** How the gateway gets in. */
  public sealed interface Credential {

    /** The token of a service account. */
    record Token(Secret token) implements Credential {
      public Token {
        requireNonNull(token, "token");
      }
    }

    /**
     * A client certificate.
     *
     * @param chain PEM file
     * @param key PEM file, PKCS #8
     */
    record Certificate(Path chain, Path key) implements Credential {
      public Certificate {
        requireNonNull(chain, "chain");
        requireNonNull(key, "key");
      }
    }
  }

  public KubernetesUpstream {
    requireNonNull(resource, "resource");
    requireNonNull(host, "host");
    requireNonNull(authority, "authority");
    requireNonNull(credential, "credential");
    requireNonNull(networks, "networks");
  }

  /** One that this process itself has started, on this machine or elsewhere. */
  public KubernetesUpstream(
      Resource resource,
      String host,
      int port,
      Optional<Authority> authority,
      Credential credential,
      boolean impersonates) {
    this(resource, host, port, authority, credential, impersonates, Networks.ANYWHERE);
  }

  @Override
  public String address() {
    return "https://" + host + ":" + port;
  }
}
