package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.posting;
import static dev.countersign.decision.http.RunningApi.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a client may ask for, how often, and what it gets when it asks again. */
final class ApiBoundsIT {

  private static final String MINT = "{\"resource\":\"orders\"}";
  private static final String WISH =
      "{\"resource\":\"ledger\",\"for\":\"PT30M\",\"reason\":\"TICKET-12\"}";

  private static RunningApi api;

  private static Subject agent(String name) {
    return new Subject(
        "https://i", name, name, Subject.Kind.AGENT, Set.of("ai-agents"), Optional.of("alice"));
  }

  @BeforeAll
  static void start() throws IOException {
    api =
        new RunningApi(
            Map.of(
                "lister", agent("lister"),
                "asker", agent("asker"),
                "racer", agent("racer"),
                "other", agent("other"),
                "flooder", agent("flooder"),
                "streamer", agent("streamer")),
            Optional.empty());
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static HttpResponse<String> post(String path, String who, String key, String body) {
    return send(posting(api.to(path, who).header("Idempotency-Key", key), body));
  }

  // --- lists

  @Test
  void aListIsReadToItsEndWhileEntriesCome() {
    List<String> minted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      minted.add(json(api.post("/api/v1/credentials", "lister", MINT)).get("id").textValue());
    }
    List<String> read = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode part = json(api.get("/api/v1/credentials?limit=3" + cursor, "lister"));
      assertThat(part.get("credentials").size()).isLessThanOrEqualTo(3);
      part.get("credentials").forEach(one -> read.add(one.get("id").textValue()));
      cursor = part.get("next").isNull() ? "" : "&cursor=" + part.get("next").textValue();
      api.post("/api/v1/credentials", "lister", MINT);
    } while (!cursor.isEmpty());

    assertThat(read).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(minted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1&limit=2",
        "cursor=",
        "cursor=%27%3B--",
        "cursor=bm9uZQ",
        "cursor=!!"
      })
  void refusesOtherParts(String query) {
    for (String list :
        List.of("credentials", "grants", "sessions", "resources", "approvals", "pre-approvals")) {
      HttpResponse<String> response = api.get("/api/v1/" + list + "?" + query, "lister");
      assertThat(response.statusCode()).as(list).isEqualTo(400);
      assertThat(json(response).path("code").textValue()).isEqualTo("bad_request");
    }
  }

  // --- once for a key

  @Test
  void anotherRequestUnderTheSameKeyIsRefused() {
    String key = UUID.randomUUID().toString();
    assertThat(post("/api/v1/grants", "asker", key, WISH).statusCode()).isEqualTo(200);

    HttpResponse<String> other =
        post("/api/v1/grants", "asker", key, WISH.replace("PT30M", "PT45M"));
    HttpResponse<String> elsewhere = post("/api/v1/credentials", "asker", key, MINT);

    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).path("code").textValue()).isEqualTo("key_reused");
    assertThat(elsewhere.statusCode()).isEqualTo(422);
  }

  @Test
  void gw44_aKeyIsItsSubjectsOwn() {
    String key = UUID.randomUUID().toString();
    JsonNode mine = json(post("/api/v1/grants", "asker", key, WISH));
    JsonNode others = json(post("/api/v1/grants", "other", key, WISH));

    assertThat(others.get("id")).isNotEqualTo(mine.get("id"));
    assertThat(others.at("/subject/id").textValue()).isEqualTo("other");
  }

  @Test
  void aRefusalIsAnsweredAgainToo() {
    String key = UUID.randomUUID().toString();
    HttpResponse<String> first =
        post("/api/v1/grants", "asker", key, "{\"resource\":\"nothing\",\"for\":\"PT1M\"}");
    HttpResponse<String> again =
        post("/api/v1/grants", "asker", key, "{\"resource\":\"nothing\",\"for\":\"PT1M\"}");

    assertThat(first.statusCode()).isEqualTo(404);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void whoGetsTheRoleLaterIsNotToldTheOldNo() {
    String key = UUID.randomUUID().toString();
    String path = "/api/v1/notifications/1/retry";
    api.subjects.put("olaf", human(Set.of()));
    assertThat(post(path, "olaf", key, "{}").statusCode()).isEqualTo(403);

    api.subjects.put("olaf", human(Set.of("platform-operators")));

    assertThat(post(path, "olaf", key, "{}").statusCode()).isEqualTo(404);
  }

  private static Subject human(Set<String> groups) {
    return new Subject("https://i", "olaf", "olaf", Subject.Kind.HUMAN, groups, Optional.empty());
  }

  @Test
  void ofManyThatRaceOneIsMade() throws Exception {
    String key = UUID.randomUUID().toString();
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(() -> post("/api/v1/grants", "racer", key, WISH));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var response : threads.invokeAll(calls)) {
        assertThat(response.get().statusCode()).isIn(200, 409);
      }
    }

    assertThat(json(api.get("/api/v1/grants", "racer")).get("grants")).hasSize(1);
  }

  @Test
  void whatTheJournalCouldNotTakeMayBeAskedForAgainUnderItsKey() {
    String key = UUID.randomUUID().toString();
    api.journal.full(true);
    HttpResponse<String> refused;
    try {
      refused = post("/api/v1/grants", "other", key, WISH);
    } finally {
      api.journal.full(false);
    }

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("5");
    assertThat(post("/api/v1/grants", "other", key, WISH).statusCode()).isEqualTo(200);
  }

  @Test
  void gw45_noSecretIsKeptWithAnAnswer() {
    String secret =
        json(post("/api/v1/credentials", "asker", UUID.randomUUID().toString(), MINT))
            .get("credential")
            .textValue();

    assertThat(api.query("SELECT count(*) FROM api_answer WHERE body IS NULL AND status = 200"))
        .isNotEqualTo("0");
    assertThat(
            api.query(
                "SELECT count(*) FROM api_answer WHERE position('"
                    + secret
                    + "'::bytea IN body) > 0"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words"})
  void refusesKeysThatAreNone(String key) {
    assertThat(post("/api/v1/credentials", "asker", key, MINT).statusCode()).isEqualTo(400);
    assertThat(post("/api/v1/credentials", "asker", "k".repeat(129), MINT).statusCode())
        .isEqualTo(400);
  }

  // --- how often

  @Test
  void gw40_whoCallsTooOftenIsToldWhenToComeBack() {
    HttpRequest.Builder call = posting(api.to("/api/v1/credentials", "flooder"), "{}");
    HttpResponse<String> response = send(call);
    for (int i = 0; i < 1000 && response.statusCode() != 429; i++) {
      response = send(call);
    }

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(json(response).path("code").textValue()).isEqualTo("too_often");
    assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);
    assertThat(api.get("/api/v1/whoami", "flooder").statusCode()).isEqualTo(200);
    assertThat(api.post("/api/v1/credentials", "other", MINT).statusCode()).isEqualTo(200);
  }

  @Test
  void gw40_toBeginAStreamIsACallToo() {
    HttpRequest.Builder call =
        api.to("/api/v1/events", "streamer").header("Last-Event-ID", "no number");
    HttpResponse<String> response = send(call);
    for (int i = 0; i < 1000 && response.statusCode() != 429; i++) {
      response = send(call);
    }

    assertThat(json(response).path("code").textValue()).isEqualTo("too_often");
  }

  @Test
  void gw40_whoHasNoGoodTokenMayTrySoOftenAndOthersFromThereStillMay() {
    HttpResponse<String> response = api.get("/api/v1/whoami", "nobody");
    for (int i = 0; i < 3_000 && response.statusCode() == 401; i++) {
      response = api.get("/api/v1/whoami", "nobody");
    }

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(api.get("/api/v1/whoami", "other").statusCode()).isEqualTo(200);
    assertThat(api.get("/healthz", "").statusCode()).isEqualTo(200);
  }
}
