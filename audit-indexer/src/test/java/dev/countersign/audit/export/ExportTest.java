package dev.countersign.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir Path home;

  /** A store that keeps what it is given as S3 says it does; no S3 itself is asked here. */
  private static final class StandIn implements AutoCloseable {
    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();
    final HttpServer server;
    volatile boolean broken;

    StandIn() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getRawPath();
        var sent = exchange.getRequestHeaders();
        if (broken || !isSigned(exchange)) {
          byte[] words = "<Code>AccessDenied</Code>\u001b[31m".getBytes(UTF_8);
          exchange.sendResponseHeaders(403, words.length);
          exchange.getResponseBody().write(words);
        } else if (exchange.getRequestMethod().equals("HEAD")) {
          exchange
              .getResponseHeaders()
              .add("x-amz-checksum-sha256", base64(objects.getOrDefault(path, new byte[0])));
          exchange.sendResponseHeaders(objects.containsKey(path) ? 200 : 404, -1);
        } else if (!AwsSignature.sha256(body).equals(sent.getFirst("x-amz-content-sha256"))
            || !base64(body).equals(sent.getFirst("x-amz-checksum-sha256"))) {
          exchange.sendResponseHeaders(400, -1);
        } else if ("*".equals(sent.getFirst("If-None-Match")) && objects.containsKey(path)) {
          exchange.sendResponseHeaders(412, -1);
        } else {
          objects.put(path, body);
          headers.put(path, Map.copyOf(lock(exchange)));
          exchange.sendResponseHeaders(200, -1);
        }
      }
    }

    private static Map<String, String> lock(HttpExchange exchange) {
      Map<String, String> lock = new ConcurrentHashMap<>();
      for (String name : List.of("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date")) {
        Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
            .ifPresent(value -> lock.put(name, value));
      }
      return lock;
    }

    /** Signs again what came, and compares. */
    private static boolean isSigned(HttpExchange exchange) {
      var sent = exchange.getRequestHeaders();
      String authorization = sent.getFirst("Authorization");
      String names = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
      Map<String, String> signed = new ConcurrentHashMap<>();
      for (String name : names.split(";", -1)) {
        signed.put(name, sent.getFirst(name));
      }
      URI uri =
          URI.create("http://" + sent.getFirst("Host") + exchange.getRequestURI().getRawPath());
      return new AwsSignature("AKIA", "secret", "us-east-1")
          .sign(
              exchange.getRequestMethod(), uri, signed, sent.getFirst("x-amz-content-sha256"), NOW)
          .containsValue(authorization);
    }

    private static String base64(byte[] bytes) {
      return Base64.getEncoder()
          .encodeToString(HexFormat.of().parseHex(AwsSignature.sha256(bytes)));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private S3Place place(StandIn store) {
    return new S3Place(
        new S3Config(
            store.uri(),
            "us-east-1",
            "audit",
            "gateway-1/",
            "AKIA",
            "secret",
            Optional.of(new S3Config.Lock(S3Config.Mode.COMPLIANCE, Duration.ofDays(10)))),
        InstantSource.fixed(NOW));
  }

  /** The two examples of the Signature Version 4 documentation of Amazon S3. */
  @Test
  void requestsAreSignedAsAmazonsExamplesAre() {
    AwsSignature signature =
        new AwsSignature(
            "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");
    Instant then = Instant.parse("2013-05-24T00:00:00Z");
    assertThat(
            signature.sign(
                "GET",
                URI.create("https://examplebucket.s3.amazonaws.com/test.txt"),
                Map.of("Range", "bytes=0-9"),
                AwsSignature.sha256(new byte[0]),
                then))
        .hasEntrySatisfying(
            "authorization",
            value ->
                assertThat(value)
                    .endsWith(
                        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
    assertThat(
            signature.sign(
                "PUT",
                URI.create("https://examplebucket.s3.amazonaws.com/test%24file.text"),
                Map.of(
                    "Date",
                    "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class",
                    "REDUCED_REDUNDANCY"),
                AwsSignature.sha256("Welcome to Amazon S3.".getBytes(UTF_8)),
                then))
        .hasEntrySatisfying(
            "authorization",
            value ->
                assertThat(value)
                    .endsWith(
                        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
  }

  @Test
  void anObjectIsLockedAndNeverReplaced() throws Exception {
    Path file = Files.writeString(home.resolve("a"), "first");
    try (StandIn store = new StandIn();
        S3Place place = place(store)) {
      place.keep("j/a", file);
      place.keep("j/a", file);
      assertThat(store.headers.get("/audit/gateway-1/j/a"))
          .containsEntry("x-amz-object-lock-mode", "COMPLIANCE")
          .containsEntry("x-amz-object-lock-retain-until-date", "2026-12-05T12:00:00Z");

      Files.writeString(file, "second");
      assertThatThrownBy(() -> place.keep("j/a", file))
          .isInstanceOf(Place.DifferentException.class);
      assertThat(store.objects.get("/audit/gateway-1/j/a")).isEqualTo("first".getBytes(UTF_8));

      store.broken = true;
      assertThatThrownBy(() -> place.keep("j/b", file))
          .hasMessageContaining("was answered 403: <Code>AccessDenied</Code> [31m");
    }
  }

  @Test
  void aFolderKeepsReadOnlyCopiesAndNeverReplacesOne() throws Exception {
    Path file = Files.writeString(home.resolve("a"), "first");
    Path root = home.resolve("second");
    try (DirectoryPlace place = new DirectoryPlace(root)) {
      place.keep("j/a", file);
      place.keep("j/a", file);
      Files.writeString(file, "second");
      assertThatThrownBy(() -> place.keep("j/a", file))
          .isInstanceOf(Place.DifferentException.class);
      assertThatThrownBy(() -> place.keep("../a", file)).hasMessageContaining("leads out of");
    }
    assertThat(root.resolve("j/a")).hasContent("first");
    assertThat(Files.getPosixFilePermissions(root.resolve("j/a"))).hasSize(2);
    try (Stream<Path> files = Files.list(root.resolve("j"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void closedSegmentsGoToTheSecondPlaceEvenWhenItWasAwayFirst() throws Exception {
    Path directory = home.resolve("journal");
    JournalConfig config =
        JournalConfig.at(directory)
            .signed(SigningKey.in(home.resolve("signing.pem"), SigningKey.Algorithm.ED25519));
    for (int run = 0; run < 3; run++) {
      try (SegmentedJournal journal = SegmentedJournal.open(config)) {
        journal.append(new Event.PolicyActivated("v" + run, "source", run));
      }
    }
    String id = JournalReader.journalId(directory).orElseThrow().toString();
    try (StandIn store = new StandIn()) {
      store.broken = true;
      try (Export export = Export.start(directory, place(store), Duration.ofMillis(20))) {
        await().during(Duration.ofMillis(100)).until(() -> export.exported() == 0);
        store.broken = false;
        await().atMost(Duration.ofSeconds(30)).until(() -> export.exported() == 2);
      }
      assertThat(store.objects.keySet())
          .contains(
              "/audit/gateway-1/" + id + "/segment-000000000001.journal",
              "/audit/gateway-1/" + id + "/segment-000000000001.checkpoints",
              "/audit/gateway-1/" + id + "/segment-000000000002.journal")
          .noneMatch(name -> name.contains("000000000003"))
          .anyMatch(name -> name.contains("checkpoint-key-"));
      Path first = directory.resolve("segment-000000000001.journal");
      assertThat(store.objects.get("/audit/gateway-1/" + id + "/segment-000000000001.journal"))
          .isEqualTo(Files.readAllBytes(first));
    }
  }
}
