package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API as a client on the network meets it. */
final class ApiServerIT {

  private static final Subject AGENT = subject("agent-7", Subject.Kind.AGENT, "alice", "ai-agents");

  /** Whoever asks, by token. */
  private static final Map<String, Subject> SUBJECTS =
      Map.of(
          "agent-7", AGENT,
          "agent-8", subject("agent-8", Subject.Kind.AGENT, "zoe", "dba-approvers"),
          "alice", subject("alice", Subject.Kind.HUMAN, null, "dba-approvers"),
          "zoe", subject("zoe", Subject.Kind.HUMAN, null, "developers"),
          "bob", subject("bob", Subject.Kind.HUMAN, null, "dba-approvers"),
          "audrey", subject("audrey", Subject.Kind.HUMAN, null, "auditors"));

  private static RunningApi api;

  private static Subject subject(String name, Subject.Kind kind, String owner, String group) {
    return new Subject("https://i", name, name, kind, Set.of(group), Optional.ofNullable(owner));
  }

  @BeforeAll
  static void start() throws IOException {
    api = new RunningApi(SUBJECTS, Optional.empty());
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static Pending request() {
    return request("DELETE FROM orders\nWHERE note = 'x\u202e' AND id = $1");
  }

  private static Pending request(String text) {
    return api.approvals.request(
        new FrozenCommand(
            text,
            List.of(
                new FrozenCommand.Parameter(23, 0, Optional.of("3432")),
                new FrozenCommand.Parameter(17, 1, Optional.of("00ff")),
                new FrozenCommand.Parameter(25, 0, Optional.empty())),
            "orders",
            AGENT,
            "policy-1"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), Duration.ofHours(1)),
        List.of(
            new MatchedRow(
                "SQL-014",
                "SQL",
                14,
                Verdict.APPROVE,
                "DELETE public.orders",
                "deletions need a look",
                "ask first",
                List.of("AC-3"))));
  }

  private static String answer(Pending pending) {
    return "{\"digest\":\"" + pending.digest() + "\",\"comment\":\"seen\"}";
  }

  private static void end(Pending pending) {
    api.approvals.withdraw(pending.id(), "");
  }

  // --- GW-44: who may do what

  record Cell(String who, String operation, int status, String code) {}

  static Stream<Cell> matrix() {
    return Stream.of(
        new Cell("", "whoami", 401, "unauthenticated"),
        new Cell("forged", "whoami", 401, "unauthenticated"),
        new Cell("agent-7", "whoami", 200, ""),
        new Cell("audrey", "whoami", 200, ""),
        new Cell("", "list", 401, "unauthenticated"),
        new Cell("forged", "list", 401, "unauthenticated"),
        new Cell("agent-7", "list", 200, "listed"),
        new Cell("agent-8", "list", 200, "empty"),
        new Cell("alice", "list", 200, "listed"),
        new Cell("zoe", "list", 200, "empty"),
        new Cell("bob", "list", 200, "listed"),
        new Cell("audrey", "list", 200, "empty"),
        new Cell("", "show", 401, "unauthenticated"),
        new Cell("forged", "show", 401, "unauthenticated"),
        new Cell("agent-7", "show", 200, ""),
        new Cell("agent-8", "show", 404, "not_found"),
        new Cell("alice", "show", 200, ""),
        new Cell("zoe", "show", 404, "not_found"),
        new Cell("bob", "show", 200, ""),
        new Cell("audrey", "show", 404, "not_found"),
        new Cell("", "approve", 401, "unauthenticated"),
        new Cell("forged", "approve", 401, "unauthenticated"),
        new Cell("agent-7", "approve", 403, "not_human"),
        new Cell("agent-8", "approve", 404, "not_found"),
        new Cell("alice", "approve", 403, "own_agent"),
        new Cell("zoe", "approve", 404, "not_found"),
        new Cell("bob", "approve", 200, ""),
        new Cell("audrey", "approve", 404, "not_found"),
        new Cell("", "deny", 401, "unauthenticated"),
        new Cell("forged", "deny", 401, "unauthenticated"),
        new Cell("agent-7", "deny", 403, "not_human"),
        new Cell("agent-8", "deny", 404, "not_found"),
        new Cell("alice", "deny", 403, "own_agent"),
        new Cell("zoe", "deny", 404, "not_found"),
        new Cell("bob", "deny", 200, ""),
        new Cell("audrey", "deny", 404, "not_found"));
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void gw44_eachRoleOnEachOperation(Cell cell) {
    Pending pending = request();
    String one = "/api/v1/approvals/" + pending.id();
    HttpResponse<String> response =
        switch (cell.operation()) {
          case "whoami" -> api.get("/api/v1/whoami", cell.who());
          case "list" -> api.get("/api/v1/approvals?state=waiting", cell.who());
          case "show" -> api.get(one, cell.who());
          default -> api.post(one + "/" + cell.operation(), cell.who(), answer(pending));
        };

    assertThat(response.statusCode()).isEqualTo(cell.status());
    if (cell.status() != 200) {
      assertThat(json(response).path("code").textValue()).isEqualTo(cell.code());
      assertThat(json(response).path("detail").textValue()).isNotEmpty();
      assertThat(response.body()).doesNotContain("DELETE", pending.digest());
    } else if (cell.operation().equals("list")) {
      assertThat(response.body().contains(pending.id())).isEqualTo(cell.code().equals("listed"));
    }
    end(pending);
  }

  @Test
  void gw44_thePathNamesTheRequestNotTheQuery() {
    Pending mine = request();
    Pending other = request("DROP TABLE orders");

    assertThat(
            json(api.get("/api/v1/approvals/" + mine.id() + "?id=" + other.id(), "bob")).get("id"))
        .hasToString("\"" + mine.id() + "\"");
    end(mine);
    end(other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"digest\":null}",
        "{\"digest\":7,\"approver\":\"bob\"}",
        "{\"digest\":\"DIGEST\",\"state\":\"approved\"}",
        "{\"digest\":\"DIGEST\",\"role\":\"admin\"}",
        "{\"digest\":\"DIGEST\",\"digest\":\"DIGEST\"}",
        "{\"digest\":\"DIGEST\"} {}",
        "digest=DIGEST"
      })
  void gw44_refusesBodiesThatSayMoreOrLess(String body) {
    Pending pending = request();

    HttpResponse<String> response =
        api.post(
            "/api/v1/approvals/" + pending.id() + "/approve",
            "bob",
            body.replace("DIGEST", pending.digest()));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("code").textValue()).isEqualTo("bad_request");
    end(pending);
  }

  @Test
  void gw44_refusesLargeBodiesLongCommentsAndOtherTypes() {
    Pending pending = request();
    String path = "/api/v1/approvals/" + pending.id() + "/approve";
    String comment = "{\"digest\":\"" + pending.digest() + "\",\"comment\":\"%s\"}";

    assertThat(api.post(path, "bob", comment.formatted("x".repeat(17_000))).statusCode())
        .isEqualTo(413);
    assertThat(
            send(api.to(path, "bob")
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(
                            () -> new java.io.ByteArrayInputStream(new byte[20_000]))))
                .statusCode())
        .isEqualTo(413);
    assertThat(api.post(path, "bob", comment.formatted("x".repeat(2001))).statusCode())
        .isEqualTo(400);
    assertThat(
            send(api.to(path, "bob")
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString(answer(pending))))
                .statusCode())
        .isEqualTo(415);
    assertThat(pending.outcome().toCompletableFuture()).isNotDone();
    end(pending);
  }

  @Test
  void gw44_noOtherOriginIsInvited() {
    HttpResponse<String> response =
        send(
            api.to("/api/v1/approvals", "bob")
                .header("Origin", "https://evil.example")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
  }

  @Test
  void gw23_readingChangesNothing() {
    Pending pending = request();
    String one = "/api/v1/approvals/" + pending.id();
    for (String path : List.of(one, "/approvals/" + pending.id(), "/api/v1/approvals")) {
      api.get(path, "bob");
    }

    assertThat(api.get(one + "/approve", "bob").statusCode()).isEqualTo(405);
    assertThat(api.get(one + "/deny?digest=" + pending.digest(), "bob").statusCode())
        .isEqualTo(405);
    assertThat(
            send(api.to(one + "/approve", "bob")
                    .PUT(HttpRequest.BodyPublishers.ofString(answer(pending))))
                .statusCode())
        .isEqualTo(405);
    assertThat(json(api.get(one, "bob")).get("state").textValue()).isEqualTo("waiting");
    end(pending);
  }

  // --- what it says

  @Test
  void showsTheWholeCommandInVisibleForm() {
    Pending pending = request();

    JsonNode shown = json(api.get("/api/v1/approvals/" + pending.id(), "bob"));

    assertThat(shown.get("digest").textValue()).isEqualTo(pending.digest());
    assertThat(shown.get("text").textValue())
        .isEqualTo("DELETE FROM orders\nWHERE note = 'x\\u{202e}' AND id = $1");
    assertThat(shown.get("excerpt").textValue()).contains("orders ⏎ WHERE");
    assertThat(shown.get("textLength").intValue()).isEqualTo(48);
    assertThat(shown.get("textWarnings")).hasSize(1);
    assertThat(shown.at("/parameters/0/value").textValue()).isEqualTo("42");
    assertThat(shown.at("/parameters/1/value").textValue()).isEqualTo("\\x00ff");
    assertThat(shown.at("/parameters/2/value").isNull()).isTrue();
    assertThat(shown.at("/subject/onBehalfOf").textValue()).isEqualTo("alice");
    assertThat(shown.at("/subject/kind").textValue()).isEqualTo("agent");
    assertThat(shown.at("/rows/0/part").textValue()).isEqualTo("DELETE public.orders");
    assertThat(shown.at("/approverGroups/0/0").textValue()).isEqualTo("dba-approvers");
    assertThat(shown.get("mayAnswer").booleanValue()).isTrue();
    assertThat(shown.get("answer").isNull()).isTrue();
    assertThat(shown.get("expires").textValue()).isEqualTo(pending.expires().toString());
    end(pending);
  }

  @Test
  void anAnswerEndsTheWaitOnce() throws Exception {
    Pending pending = request();
    String one = "/api/v1/approvals/" + pending.id();

    JsonNode answered = json(api.post(one + "/approve", "bob", answer(pending)));
    HttpResponse<String> again = api.post(one + "/deny", "bob", answer(pending));

    assertThat(answered.get("state").textValue()).isEqualTo("approved");
    assertThat(answered.at("/answer/by/name").textValue()).isEqualTo("bob");
    assertThat(answered.at("/answer/comment").textValue()).isEqualTo("seen");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(json(again).path("detail").textValue())
        .isEqualTo(pending.id() + " is approved by bob already");
    assertThat(pending.outcome().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .isEqualTo(new Outcome.Approved(SUBJECTS.get("bob"), "seen", pending.digest()));
  }

  @Test
  void gw15_anotherDigestIsAConflict() {
    Pending pending = request();

    HttpResponse<String> response =
        api.post(
            "/api/v1/approvals/" + pending.id() + "/approve",
            "bob",
            "{\"digest\":\"" + "0".repeat(64) + "\"}");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(json(response).path("code").textValue()).isEqualTo("digest_mismatch");
    end(pending);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WAITING", "", "waiting&state=denied", "all"})
  void refusesUnknownStates(String state) {
    assertThat(api.get("/api/v1/approvals?state=" + state, "bob").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesOtherSchemesThanBearer() {
    assertThat(
            send(api.to("/api/v1/whoami", "").header("Authorization", "Basic Ym9iOg=="))
                .statusCode())
        .isEqualTo(401);
    assertThat(
            send(api.to("/api/v1/whoami", "bob").header("Authorization", "Bearer agent-7"))
                .statusCode())
        .isEqualTo(401);
  }

  // --- the rest

  @Test
  void saysWhetherItIsWell() {
    assertThat(api.get("/healthz", "").body()).isEqualTo("{\"status\":\"ok\"}");
  }

  /**
   * Ours: whoever spreads clients over gateways must send none to one that lets nothing through.
   */
  @Test
  void saysThatItIsNotWellWhileTheJournalCannotBeWritten() throws Exception {
    api.journal.full(true);
    try {
      assertThat(api.get("/healthz", "").statusCode()).isEqualTo(503);
    } finally {
      api.journal.full(false);
    }
    assertThat(api.get("/healthz", "").statusCode()).isEqualTo(200);
  }

  /** Ours: a standby answers, and still nobody can come in. */
  @Test
  void saysThatItIsNotWellWhileItsDatabaseOnlyReads() throws Exception {
    onlyReads("on");
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(api.get("/healthz", "").statusCode()).isEqualTo(503));
    } finally {
      onlyReads("off");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(api.get("/healthz", "").statusCode()).isEqualTo(200));
  }

  private static void onlyReads(String onOff) throws SQLException {
    try (Connection connection = api.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET default_transaction_read_only = " + onOff);
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @Test
  void everyRouteIsInTheOpenApiDocumentAndTheOtherWayRound() {
    String document = api.get("/openapi.yaml", "").body();
    List<String> documented =
        Pattern.compile("^  (/\\S+):$(?:\\n(?!  /|\\w).*)*", Pattern.MULTILINE)
            .matcher(document)
            .results()
            .flatMap(
                path ->
                    Pattern.compile("^    (get|post|put|delete|patch):$", Pattern.MULTILINE)
                        .matcher(path.group())
                        .results()
                        .map(
                            method ->
                                method.group(1).toUpperCase(Locale.ROOT) + " " + path.group(1)))
            .toList();

    assertThat(documented).containsExactlyInAnyOrderElementsOf(api.server.operations());
  }

  @Test
  void unknownPathsAreErrorsInJson() {
    HttpResponse<String> response = api.get("/api/v1/nothing", "bob");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json(response).path("hint").textValue()).isEqualTo("see /openapi.yaml");
  }
}
