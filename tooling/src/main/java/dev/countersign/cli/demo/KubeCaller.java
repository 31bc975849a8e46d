package dev.countersign.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client of an API server that does no more than it must, over HTTP/1.1. */
final class KubeCaller {

  /** What came of a request, and how long its last byte took. */
  record Answer(int status, long nanos) {}

  /** The lines of a watch. */
  record Events(BufferedReader lines) implements AutoCloseable {

    void next() throws IOException {
      if (lines.readLine() == null) {
        throw new IOException("the watch has ended");
      }
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /** Until the head of an answer: what takes longer is lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String server;
  private final String token;
  private final HttpClient client;

  private KubeCaller(String server, Path certificate, Path token)
      throws IOException, GeneralSecurityException {
    this.server = server;
    this.token = Files.readString(token).strip();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(certificate))
            .build();
  }

  static KubeCaller direct(DemoWorld world) throws IOException, GeneralSecurityException {
    DemoCluster cluster = world.upstreams().cluster();
    return new KubeCaller(cluster.url().toString(), cluster.authority(), cluster.tokenFile());
  }

  static KubeCaller gateway(DemoWorld world) throws IOException, GeneralSecurityException {
    return new KubeCaller(
        world.clusterUrl(), world.doorCertificate(), world.running().tokenFile("agent-7"));
  }

  static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  Answer get(String path) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    HttpResponse<byte[]> response =
        client.send(request(path), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), System.nanoTime() - begin);
  }

  /** Begins a watch. */
  Events watch(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(request(path), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException("a watch is answered with " + response.statusCode());
    }
    return new Events(
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json")
        .build();
  }
}
