package dev.countersign.cli.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.proxy.kubernetes.ClusterCheck;
import dev.countersign.proxy.postgres.catalog.OwnConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whether the gateway gets in to what is behind it, tried from where this runs.
 *
 * @param resource its name
 * @param good whether it does
 * @param text what answers there, or what is in the way
 */
public record ResourceTest(String resource, boolean good, String text) {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Tries all resources of a configuration, one after the other. */
  public static List<ResourceTest> all(Configuration configuration) {
    return Translation.resources(configuration, OwnPlaces.of(configuration, Optional.empty()))
        .all()
        .stream()
        .map(ResourceTest::of)
        .toList();
  }

  /**
   * What an upstream says that it is.
   *
   * @throws IOException what is in the way
   */
  static String ask(Upstream upstream) throws IOException {
    ResourceTest test = of(upstream);
    if (!test.good()) {
      throw new IOException(test.text());
    }
    return test.text();
  }

  private static ResourceTest of(Upstream upstream) {
    String name = upstream.resource().name();
    try {
      String answer =
          switch (upstream) {
            case PostgresUpstream postgres -> postgres(postgres);
            case GitUpstream git -> git(git);
            case KubernetesUpstream kubernetes -> ClusterCheck.version(kubernetes);
          };
      return new ResourceTest(name, true, answer);
    } catch (SQLException | IOException | RuntimeException e) {
      return new ResourceTest(name, false, reason(e));
    }
  }

  private static String postgres(PostgresUpstream upstream) throws SQLException {
    try (Connection connection = OwnConnection.openReadOnly(upstream)) {
      DatabaseMetaData server = connection.getMetaData();
      return server.getDatabaseProductName() + " " + server.getDatabaseProductVersion();
    }
  }

  private static String git(GitUpstream upstream) throws IOException {
    for (InetAddress address : InetAddress.getAllByName(upstream.host())) {
      upstream.networks().require(new InetSocketAddress(address, upstream.port()));
    }
    URI refs = URI.create(upstream.url() + "/info/refs?service=git-upload-pack");
    HttpRequest.Builder request = HttpRequest.newBuilder(refs).timeout(PATIENCE);
    upstream.login().ifPresent(login -> request.header("Authorization", basic(login)));
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE);
    if (upstream.authority().isPresent()) {
      client.sslContext(upstream.authority().get().tls());
    }
    try (HttpClient http = client.build()) {
      int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IOException(upstream.url() + " answers " + status);
      }
      return "git over " + refs.getScheme();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String basic(GitUpstream.Login login) {
    byte[] pair = (login.user() + ":" + login.token().reveal()).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** The driver says that it could not; what it met says why. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
