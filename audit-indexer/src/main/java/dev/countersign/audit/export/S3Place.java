package dev.countersign.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A bucket of an S3-compatible store. An object is written only where none is, with its SHA-256,
 * which the store checks, and under an object lock where one is configured.
 */
public final class S3Place implements Place {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String NOTHING = AwsSignature.sha256(new byte[0]);
  private static final int SHOWN = 300;

  private final S3Config config;
  private final AwsSignature signature;
  private final InstantSource clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  public S3Place(S3Config config) {
    this(config, InstantSource.system());
  }

  S3Place(S3Config config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    signature = new AwsSignature(config.accessKey(), config.secretKey(), config.region());
  }

  @Override
  public void keep(String name, Path file) throws IOException, InterruptedException {
    byte[] digest = digest(file);
    URI uri = uri(name);
    String checksum = Base64.getEncoder().encodeToString(digest);
    Map<String, String> headers = new TreeMap<>();
    headers.put("if-none-match", "*");
    headers.put("x-amz-checksum-sha256", checksum);
    config
        .lock()
        .ifPresent(
            lock -> {
              headers.put("x-amz-object-lock-mode", lock.mode().name());
              headers.put(
                  "x-amz-object-lock-retain-until-date",
                  clock.instant().plus(lock.period()).truncatedTo(ChronoUnit.SECONDS).toString());
            });
    HttpResponse<InputStream> answer =
        send(
            request("PUT", uri, headers, HexFormat.of().formatHex(digest))
                .PUT(BodyPublishers.ofFile(file))
                .build());
    switch (answer.statusCode()) {
      case 200, 201 -> {}
      case 409, 412 -> requireSame(name, uri, checksum);
      default -> throw refused("PUT", uri, answer);
    }
  }

  private void requireSame(String name, URI uri, String checksum)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        send(
            request("HEAD", uri, Map.of("x-amz-checksum-mode", "ENABLED"), NOTHING)
                .method("HEAD", BodyPublishers.noBody())
                .build());
    if (answer.statusCode() != 200) {
      throw refused("HEAD", uri, answer);
    }
    if (!answer
        .headers()
        .firstValue("x-amz-checksum-sha256")
        .filter(checksum::equals)
        .isPresent()) {
      throw new DifferentException(name);
    }
  }

  private HttpRequest.Builder request(
      String method, URI uri, Map<String, String> headers, String payloadHash) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    signature.sign(method, uri, headers, payloadHash, clock.instant()).forEach(request::header);
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofInputStream());
  }

  /** With the store's own words, of which only so many are read. */
  private static IOException refused(String method, URI uri, HttpResponse<InputStream> answer)
      throws IOException {
    try (InputStream body = answer.body()) {
      String words = new String(body.readNBytes(SHOWN), UTF_8).replaceAll("\\p{Cntrl}+", " ");
      return new IOException(
          "%s %s was answered %d: %s".formatted(method, uri, answer.statusCode(), words));
    }
  }

  private URI uri(String name) {
    if (!name.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")) {
      throw new IllegalArgumentException("a name of an object has other characters: " + name);
    }
    String base = config.endpoint().toString().replaceAll("/+$", "");
    return URI.create(base + "/" + config.bucket() + "/" + config.prefix() + name);
  }

  private static byte[] digest(Path file) throws IOException {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
