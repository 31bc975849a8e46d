package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.Countersign;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.api.EventFeed;
import dev.countersign.cli.approvals.ApprovalsClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways on one state database: A is a process of its own, at whose door the agents are; B
 * runs here, and people ask B.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoGatewaysIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Runs until it is ended. */
  private static final String LONG =
      "SELECT count(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id > c.id + d.id";

  @TempDir private static Path home;

  private static DemoWorld world;
  private static DemoPorts portsOfA;
  private static Process a;
  private static Path logOfA;

  @BeforeAll
  static void start() throws Exception {
    world =
        DemoWorld.start(
            home.resolve("demo"),
            DemoChoices.LEAST,
            new Progress(new PrintWriter(new StringWriter())));
    portsOfA = DemoPorts.choose();
    Path directory = world.running().directory();
    Path file = directory.resolve("a.yaml");
    Files.writeString(
        file,
        Files.readString(directory.resolve("countersign.yaml"))
            .replace("directory: state", "directory: state-of-a")
            .replace("directory: journal", "directory: journal-of-a")
            .replace(":" + world.ports().door(), ":" + portsOfA.door())
            .replace(":" + world.ports().https(), ":" + portsOfA.https())
            .replace(":" + world.ports().api(), ":" + portsOfA.api()));
    logOfA = home.resolve("a.log");
    a =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Countersign.class.getName(),
                "serve",
                "--config",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(logOfA.toFile())
            .start();
    await().atMost(PATIENCE.multipliedBy(2)).until(() -> isOpen(portsOfA.https()) || !a.isAlive());
    assertThat(a.isAlive()).as(Files.readString(logOfA)).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    if (a != null) {
      a.destroyForcibly().waitFor();
    }
    if (world != null) {
      world.close();
    }
  }

  /** The last door to open. */
  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static ApiClient api(URI server, String who) {
    return new ApiClient(server, world.running().token(who));
  }

  private static ApiClient atB(String who) {
    return api(world.running().api(), who);
  }

  /** Stock psql at the door of A. */
  private static CompletableFuture<Psql.Result> atA(String who, String sql) {
    Psql psql =
        new Psql(portsOfA.door(), DemoDatabases.ORDERS, who, world.running().tokenFile(who));
    CompletableFuture<Psql.Result> result = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            result.complete(psql.run(sql));
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Optional<JsonNode> session(String who) {
    return stream(atB("olivia").get("/api/v1/sessions").path("sessions"))
        .filter(session -> session.at("/subject/name").asText().equals(who))
        .findFirst();
  }

  private static JsonNode waiting(Predicate<JsonNode> wanted) {
    ApprovalsClient bob = new ApprovalsClient(atB("bob"));
    return await()
        .atMost(PATIENCE)
        .until(
            () -> stream(bob.list(Optional.of("waiting"))).filter(wanted).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static void approve(String id) {
    ApprovalsClient bob = new ApprovalsClient(atB("bob"));
    bob.approve(id, bob.show(id).path("digest").asText(), "ticket 4711");
  }

  /** Asks A for a grant, which B's people say yes to. */
  private static String grant(String who) {
    JsonNode wish =
        api(portsOfA.apiUrl(), who)
            .post(
                "/api/v1/grants",
                Map.of("resource", "orders", "for", "PT30M", "reason", "TICKET-12"));
    approve(wish.path("approval").asText());
    String id = wish.path("id").asText();
    await()
        .atMost(PATIENCE)
        .until(() -> atB(who).get("/api/v1/grants/" + id).path("state").asText().equals("given"));
    return id;
  }

  @Test
  @Order(1)
  void whatIsAskedAtOneIsAnsweredAtTheOther() throws Exception {
    CompletableFuture<Psql.Result> held =
        atA("agent-7", "UPDATE orders SET status = 'held' WHERE id = 1");

    approve(waiting(one -> one.at("/subject/name").asText().equals("agent-7")).path("id").asText());

    assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).output()).contains("UPDATE 1");
  }

  @Test
  @Order(2)
  void gw11ARevocationAtOneEndsASessionOfTheOtherInTheMiddleOfAStatement() throws Exception {
    String grant = grant("guest-3");
    CompletableFuture<Psql.Result> asleep = atA("guest-3", LONG);
    await().atMost(PATIENCE).until(() -> session("guest-3").isPresent());

    Instant revoked = Instant.now();
    atB("olivia").post("/api/v1/grants/" + grant + "/revoke", Map.of("reason", "leaving"));
    Psql.Result result = asleep.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("the grant " + grant + " has ended");
    // Two seconds are promised; a busy machine gets more.
    assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(15));
    await().atMost(PATIENCE).until(() -> session("guest-3").isEmpty());
    assertThat(atA("guest-3", "SELECT 1").get(PATIENCE.toSeconds(), TimeUnit.SECONDS).output())
        .contains("no grant lets you in");
  }

  @Test
  @Order(3)
  void aSessionIsKilledFromTheOther() throws Exception {
    CompletableFuture<Psql.Result> asleep = atA("agent-7", LONG);
    await().atMost(PATIENCE).until(() -> session("agent-7").isPresent());
    String path = "/api/v1/sessions/" + session("agent-7").orElseThrow().path("id").asText();
    List<String> read = new ArrayList<>();

    new EventFeed(() -> atB("audrey"), path + "/follow")
        .read(
            event -> {
              if (read.isEmpty()) {
                atB("olivia").post(path + "/kill", Map.of("reason", "looks wrong"));
              }
              read.add(event.type());
              return !event.type().equals("session.closed");
            });

    assertThat(read).startsWith("ready").endsWith("session.closed");
    assertThat(asleep.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).output())
        .contains("killed: by olivia: looks wrong");
  }

  /**
   * Of a client that does not wait: what it asked for at one gateway it gets at the other, once.
   */
  @Test
  @Order(4)
  void gw15WhatIsAskedAtOneAndApprovedAtTheOtherRunsOnceAtEither() throws Exception {
    String sql = "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 3";
    long before = cents(3);

    assertThat(impatient(portsOfA.door(), sql).output()).contains("approval");
    JsonNode asked = waiting(one -> one.at("/subject/name").asText().equals("agent-7"));
    assertThat(cents(3)).isEqualTo(before);
    approve(asked.path("id").asText());

    assertThat(impatient(world.ports().door(), sql).output()).contains("UPDATE 1");
    assertThat(cents(3)).isEqualTo(before + 1);
    for (int door : List.of(world.ports().door(), portsOfA.door())) {
      assertThat(impatient(door, sql).exit()).isNotZero();
    }
    assertThat(cents(3)).isEqualTo(before + 1);
    ApprovalsClient bob = new ApprovalsClient(atB("bob"));
    assertThat(bob.show(asked.path("id").asText()).path("state").asText()).isEqualTo("executed");
    for (JsonNode again : bob.list(Optional.of("waiting"))) {
      assertThat(again.path("id").asText()).isNotEqualTo(asked.path("id").asText());
      JsonNode shown = bob.show(again.path("id").asText());
      bob.deny(again.path("id").asText(), shown.path("digest").asText(), "once is enough");
    }
  }

  private static Psql.Result impatient(int door, String sql)
      throws IOException, InterruptedException {
    String resource = DemoDatabases.ORDERS + " options='-c countersign.approvals=retry'";
    return new Psql(door, resource, "agent-7", world.running().tokenFile("agent-7")).run(sql);
  }

  private static long cents(int order) throws IOException, InterruptedException {
    String printed =
        world.agent().run("SELECT total_cents FROM orders WHERE id = " + order).output();
    return printed
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new AssertionError(printed));
  }

  @Test
  @Order(5)
  void whatAKilledGatewayHeldEnds() throws Exception {
    CompletableFuture<Psql.Result> held =
        atA("agent-7", "UPDATE orders SET status = 'held' WHERE id = 2");
    String approval =
        waiting(one -> one.at("/subject/name").asText().equals("agent-7")).path("id").asText();
    JsonNode wish =
        api(portsOfA.apiUrl(), "guest-3")
            .post(
                "/api/v1/grants",
                Map.of("resource", "orders", "for", "PT30M", "reason", "TICKET-13", "once", true));
    await().atMost(PATIENCE).until(() -> session("agent-7").isPresent());

    a.destroyForcibly().waitFor();

    assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).exit()).isNotZero();
    ApprovalsClient bob = new ApprovalsClient(atB("bob"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(bob.show(approval).path("state").asText()).isEqualTo("withdrawn");
              assertThat(bob.list(Optional.of("waiting"))).isEmpty();
              assertThat(session("agent-7")).isEmpty();
              assertThat(
                      atB("guest-3")
                          .get("/api/v1/grants/" + wish.path("id").asText())
                          .path("state")
                          .asText())
                  .isEqualTo("denied");
            });
    assertThat(status(2)).isNotEqualTo("held");
  }

  private static String status(int order) throws IOException, InterruptedException {
    return world.agent().run("SELECT status FROM orders WHERE id = " + order).output();
  }
}
