package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.certificate.Renewed;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.GitUpstream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The ways to the hosts behind the door: one for all whose certificates the same ones sign. */
final class GitHosts implements AutoCloseable {

  private final Map<Optional<Authority>, Renewed<HttpClient>> clients = new ConcurrentHashMap<>();
  private final Duration patience;

  /**
   * @param patience how long a host may take nothing, or say nothing
   */
  GitHosts(Duration patience) {
    this.patience = requireNonNull(patience, "patience");
  }

  /**
   * The way to an upstream.
   *
   * @throws UpstreamException if nobody can tell whom to trust there
   */
  UpstreamHttp of(GitUpstream upstream) throws UpstreamException {
    try {
      return new UpstreamHttp(
          clients.computeIfAbsent(upstream.authority(), GitHosts::clients).current(),
          upstream,
          patience);
    } catch (IOException e) {
      throw new UpstreamException.Undone(
          "the gateway cannot tell whom to trust at the upstream: an operator has to correct the"
              + " authority of "
              + upstream.resource().name(),
          e);
    }
  }

  private static Renewed<HttpClient> clients(Optional<Authority> authority) {
    return new Renewed<>(
        authority.map(Authority::file).stream().toList(),
        () -> client(authority),
        // Pushes may be under way on it for long; it ends with the last of them.
        former -> {});
  }

  private static HttpClient client(Optional<Authority> authority) throws IOException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20));
    if (authority.isPresent()) {
      client.sslContext(authority.get().tls());
    }
    return client.build();
  }

  @Override
  public void close() {
    clients.values().forEach(client -> client.last().ifPresent(HttpClient::shutdownNow));
  }
}
