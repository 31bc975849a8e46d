package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

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

  private final Map<Optional<Authority>, HttpClient> clients = new ConcurrentHashMap<>();
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
    HttpClient known = clients.get(upstream.authority());
    return new UpstreamHttp(known == null ? add(upstream) : known, upstream, patience);
  }

  private synchronized HttpClient add(GitUpstream upstream) throws UpstreamException {
    HttpClient known = clients.get(upstream.authority());
    if (known != null) {
      return known;
    }
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20));
    if (upstream.authority().isPresent()) {
      try {
        client.sslContext(upstream.authority().get().tls());
      } catch (IOException e) {
        throw new UpstreamException.Undone(
            "the gateway cannot tell whom to trust at the upstream: an operator has to correct the"
                + " authority of "
                + upstream.resource().name(),
            e);
      }
    }
    HttpClient made = client.build();
    clients.put(upstream.authority(), made);
    return made;
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::shutdownNow);
  }
}
