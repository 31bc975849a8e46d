package dev.countersign.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is one of the test's own, over real HTTP. */
final class AnchorFeedTest {

  private static final String NOTE =
      """
      countersign/00000000-0000-0000-0000-000000000007
      9
      root
      chain 00
      time 2026-01-01T00:00:00Z

      \u2014 name c2ln
      """;

  @TempDir Path directory;

  @Test
  void aFolderIsOnlyEverAppendedTo() throws Exception {
    UUID journal = UUID.randomUUID();
    try (AnchorFeed feed =
        AnchorFeed.start("folder", new DirectoryAnchor(directory.resolve("far"), journal))) {
      feed.offer("one\n");
      await().atMost(Duration.ofSeconds(30)).until(() -> text(journal).equals("one\n\n"));
      feed.offer("two\n");
    }
    assertThat(text(journal)).isEqualTo("one\n\ntwo\n\n");
  }

  private String text(UUID journal) throws IOException {
    Path file = directory.resolve("far").resolve(journal + ".checkpoints");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void aWitnessThatIsAwayIsTriedAgainAndNobodyWaits() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    List<String> kept = new CopyOnWriteArrayList<>();
    HttpServer server = server();
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean away = attempts.incrementAndGet() == 1;
          if (!away) {
            kept.add(body);
          }
          exchange.sendResponseHeaders(away ? 503 : 204, -1);
          exchange.close();
        });
    try (HttpAnchor witness = HttpAnchor.witness(url(server));
        AnchorFeed feed = AnchorFeed.start("witness", witness)) {
      feed.offer("old\n");
      await().atMost(Duration.ofSeconds(30)).until(() -> feed.failures() > 0);
      feed.offer(NOTE);
      await().atMost(Duration.ofSeconds(30)).until(() -> !kept.isEmpty());
      assertThat(kept).containsExactly(NOTE);
      await().atMost(Duration.ofSeconds(30)).until(() -> feed.failures() == 0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anIndexGetsEachCheckpointOnceAndKeepsTheFirst() throws Exception {
    List<String> requests = new CopyOnWriteArrayList<>();
    HttpServer server = server();
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(requests.size() == 1 ? 201 : 409, -1);
          exchange.close();
        });
    try (HttpAnchor index =
        HttpAnchor.elasticsearch(url(server), "audit-checkpoints", Optional.of("k"))) {
      index.keep(NOTE);
      index.keep(NOTE);
    } finally {
      server.stop(0);
    }
    assertThat(requests)
        .hasSize(2)
        .allMatch(
            request ->
                request.startsWith(
                    "PUT /audit-checkpoints/_create/00000000-0000-0000-0000-000000000007-9 ApiKey k"
                        + " {\"@timestamp\":\"2026-01-01T00:00:00Z\""));
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }
}
