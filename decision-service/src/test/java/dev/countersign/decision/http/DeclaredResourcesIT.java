package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.event.Event;
import dev.countersign.decision.resource.DeclaredResources;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources that come and go while gateways serve. */
final class DeclaredResourcesIT {

  private static final Subject OPERATOR =
      new Subject(
          "https://i",
          "olaf",
          "olaf",
          Subject.Kind.HUMAN,
          Set.of("platform-operators"),
          Optional.empty());

  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    api = new RunningApi(Map.of("olaf", OPERATOR), Optional.empty());
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static HttpResponse<String> put(String name, String spec) {
    return send(
        api.to("/api/v1/resources/" + name, "olaf")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(spec)));
  }

  @Test
  void aChangeReachesTheOtherGatewaysAndOpenSessionsKeepWhatTheyHave() throws Exception {
    Resources elsewhere = new Resources(List.of());
    try (DeclaredResources other = api.follower(elsewhere)) {
      put("stock", "{\"host\":\"db-1.example\"}");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> elsewhere.find(PostgresUpstream.class, "stock").isPresent());
      PostgresUpstream held = elsewhere.find(PostgresUpstream.class, "stock").orElseThrow();

      put("stock", "{\"host\":\"db-2.example\"}");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> elsewhere.find(PostgresUpstream.class, "stock").orElseThrow().host(),
              "db-2.example"::equals);
      assertThat(held.host()).isEqualTo("db-1.example");

      put("another", "{\"host\":\"db-3.example\"}");
      PostgresUpstream unchanged = elsewhere.find(PostgresUpstream.class, "stock").orElseThrow();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> elsewhere.find(PostgresUpstream.class, "another").isPresent());
      assertThat(elsewhere.find(PostgresUpstream.class, "stock").orElseThrow()).isSameAs(unchanged);

      send(api.to("/api/v1/resources/stock", "olaf").DELETE());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> elsewhere.find(PostgresUpstream.class, "stock").isEmpty());
      assertThat(other.find("another")).isPresent();
    }
  }

  @Test
  void whatIsDeclaredIsOnTheRecordBeforeItHolds() {
    put("recorded", "{\"host\":\"db.example\"}");

    assertThat(api.journal.events)
        .contains(
            new Event.ResourceDeclared(
                OPERATOR, "recorded", "postgres", Map.of(), "db.example:5432/recorded"));

    send(api.to("/api/v1/resources/recorded", "olaf").DELETE());
    assertThat(api.journal.events).contains(new Event.ResourceRemoved(OPERATOR, "recorded"));
  }

  @Test
  void whatTheConfigurationHasIsChangedThereOnly() {
    HttpResponse<String> replaced = put("orders", "{\"host\":\"evil.example\"}");
    HttpResponse<String> removed = send(api.to("/api/v1/resources/orders", "olaf").DELETE());

    assertThat(replaced.statusCode()).isEqualTo(409);
    assertThat(json(replaced).path("code").textValue()).isEqualTo("in_configuration");
    assertThat(removed.statusCode()).isEqualTo(409);
    assertThat(api.resources.find(PostgresUpstream.class, "orders").orElseThrow().host())
        .isEqualTo("db.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", "-x", "a%2Fb", "a%20b", "%2e%2e", "x%00"})
  void refusesNamesThatDoorsCannotSay(String name) {
    assertThat(put(name, "{\"host\":\"db.example\"}").statusCode()).isIn(400, 404);
  }

  @Test
  void saysWhatIsWrongWithIt() {
    HttpResponse<String> response = put("faulty", "{\"password\":\"hunter2\"}");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).path("code").textValue()).isEqualTo("faults");
    assertThat(json(response).path("detail").textValue()).isEqualTo("host is missing");
    assertThat(send(api.to("/api/v1/resources/faulty", "olaf")).statusCode()).isEqualTo(404);
  }

  @Test
  void gw45_tellsNoSecretOfAResource() {
    put("secretive", "{\"host\":\"db.example\"}");

    for (String path : List.of("/api/v1/resources/secretive", "/api/v1/resources/orders")) {
      assertThat(api.get(path, "olaf").body())
          .contains("db.example:5432")
          .doesNotContain("upstream-secret");
    }
    assertThat(api.journal.events.toString()).doesNotContain("upstream-secret");
    assertThat(api.dump("resource")).doesNotContain("upstream-secret");
  }

  @Test
  void saysHowEachIsDoing() {
    put("up", "{\"host\":\"up.example\"}");
    put("down", "{\"host\":\"down.example\"}");

    JsonNode up = json(api.get("/api/v1/resources/up/health", "olaf"));
    JsonNode down = json(api.get("/api/v1/resources/down/health", "olaf"));
    JsonNode all = json(api.get("/api/v1/health", "olaf"));

    assertThat(up.path("good").booleanValue()).isTrue();
    assertThat(up.path("text").textValue()).isEqualTo("PostgreSQL of up.example");
    assertThat(down.path("good").booleanValue()).isFalse();
    assertThat(down.path("text").textValue()).isEqualTo("connection refused");
    assertThat(all.path("status").textValue()).isEqualTo("degraded");
    assertThat(all.path("resources").findValuesAsText("name")).contains("up", "down", "orders");
    assertThat(api.get("/healthz", "").body()).isEqualTo("{\"status\":\"ok\"}");
  }
}
