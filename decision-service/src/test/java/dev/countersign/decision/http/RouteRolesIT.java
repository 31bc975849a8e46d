package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.rules.fact.Subject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route, as the OpenAPI document has them, called by every role: the document says who may,
 * and the handlers keep to it. What a call is about belongs to the agent.
 */
final class RouteRolesIT {

  /** By role, which is the token too. */
  private static final Map<String, Subject> SUBJECTS =
      Map.of(
          "agent", subject("agent", Subject.Kind.AGENT, "ai-agents"),
          "approver", subject("approver", Subject.Kind.HUMAN, "dba-approvers"),
          "operator", subject("operator", Subject.Kind.HUMAN, "platform-operators"),
          "officer", subject("officer", Subject.Kind.HUMAN, "compliance-officers"),
          "auditor", subject("auditor", Subject.Kind.HUMAN, "auditors"),
          "enforcement-point", subject("point", Subject.Kind.AGENT, "enforcement-points"),
          // Another agent that claims every group there is.
          "pretender",
              new Subject(
                  "https://i",
                  "pretender",
                  "pretender",
                  Subject.Kind.AGENT,
                  Set.of("dba-approvers", "platform-operators", "compliance-officers", "auditors"),
                  Optional.of("owner")),
          "submitter", subject("submitter", Subject.Kind.HUMAN, "compliance-officers"));

  private static final String STREAM = "/api/v1/events";

  /** Their answers have no end; they are called apart. */
  private static final Set<String> STREAMS = Set.of(STREAM, "/api/v1/sessions/{id}/follow");

  private static final Set<String> EVERYBODY =
      Set.of("agent", "approver", "operator", "officer", "auditor");

  private static RunningApi api;
  private static ApiObjects objects;

  private static Subject subject(String name, Subject.Kind kind, String group) {
    return new Subject("https://i", name, name, kind, Set.of(group), Optional.empty());
  }

  @BeforeAll
  static void start() throws Exception {
    api = new RunningApi(SUBJECTS, Optional.of("enforcement-points"));
    api.versions.bootstrap(Drafts.allowing("public.first"));
    objects = new ApiObjects(api, SUBJECTS.get("agent"), "submitter");
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  static Stream<OpenApiDocument.Operation> operations() throws Exception {
    try (var in = ApiServer.class.getResourceAsStream("/openapi.yaml")) {
      return OpenApiDocument.parse(new String(in.readAllBytes(), UTF_8)).operations().stream()
          .filter(operation -> !STREAMS.contains(operation.path()));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void gw44_everyRouteDoesForEachRoleWhatTheDocumentSays(OpenApiDocument.Operation operation) {
    for (String caller : SUBJECTS.keySet()) {
      if (caller.equals("submitter")) {
        continue;
      }
      HttpResponse<String> response = send(objects.call(operation, caller));

      if (operation.path().equals("/approvals/{id}")) {
        // For anybody without a token; with one, for whoever may see the request.
        assertThat(response.statusCode()).isIn(200, 404);
      } else if (mayCall(operation, caller)) {
        assertThat(response.statusCode())
            .as("%s by %s: %s", operation, caller, response.body())
            .isBetween(200, 299);
      } else {
        assertThat(response.statusCode())
            .as("%s by %s: %s", operation, caller, response.body())
            .isIn(403, 404);
        assertProblem(response);
      }
    }
  }

  private static boolean mayCall(OpenApiDocument.Operation operation, String caller) {
    return operation.roles().isEmpty()
        || operation.roles().get().contains(caller)
        // What everybody may, those may too who have no role; not with what is the agent's.
        || (!operation.path().contains("/pre-approvals/")
            && operation.roles().get().containsAll(EVERYBODY));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void gw44_noRouteButTheOpenOnesAnswersWithoutAGoodToken(OpenApiDocument.Operation operation) {
    for (String token : new String[] {"", "forged"}) {
      HttpResponse<String> response = send(objects.call(operation, token));

      if (operation.roles().isEmpty()) {
        assertThat(response.statusCode()).isIn(200, 401);
      } else {
        assertThat(response.statusCode()).as(operation + " " + response.body()).isEqualTo(401);
        assertProblem(response);
      }
    }
  }

  @Test
  void gw44_theStreamIsForWhoeverHasAGoodToken() throws Exception {
    for (String caller : EVERYBODY) {
      var response = send(api.to(STREAM, caller), BodyHandlers.ofInputStream());
      response.body().close();
      assertThat(response.statusCode()).as(caller).isEqualTo(200);
    }
    for (String token : new String[] {"", "forged"}) {
      HttpResponse<String> response = send(api.to(STREAM, token));
      assertThat(response.statusCode()).isEqualTo(401);
      assertProblem(response);
    }
  }

  private static void assertProblem(HttpResponse<String> response) {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("type").textValue())
        .isEqualTo("urn:countersign:problem:" + problem.path("code").textValue());
    assertThat(problem.path("status").intValue()).isEqualTo(response.statusCode());
    assertThat(problem.path("title").textValue()).isNotEmpty();
    assertThat(problem.path("detail").textValue()).isNotEmpty();
    assertThat(problem.has("hint")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void gw44_noRouteTalksToOtherSitesOrTakesForms(OpenApiDocument.Operation operation) {
    HttpRequest.Builder call =
        objects.call(operation, "officer").header("Origin", "https://evil.example");
    HttpResponse<String> response = send(call);
    assertThat(response.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control-") || name.equals("set-cookie"));

    if (operation.method().equals("POST") && operation.roles().isPresent()) {
      HttpRequest.Builder form =
          api.to(call.build().uri().getRawPath(), "officer")
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("reason=x"));
      assertThat(send(form).statusCode()).as(operation.name()).isIn(415, 403, 404);
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyChangeIsOnTheRecordBeforeItIsAnsweredAndNoneIsMadeWithoutThat(
      OpenApiDocument.Operation operation) {
    if (!operation.isChange()) {
      return;
    }
    String caller = operation.roles().orElseThrow().stream().sorted().findFirst().orElseThrow();
    HttpRequest.Builder call = objects.call(operation, caller);
    api.journal.full(true);
    HttpResponse<String> unrecorded;
    try {
      unrecorded = send(call);
    } finally {
      api.journal.full(false);
    }
    assertThat(unrecorded.statusCode()).as(operation + ": " + unrecorded.body()).isEqualTo(503);
    assertThat(json(unrecorded).path("code").textValue()).isEqualTo("not_recorded");

    int before = api.journal.events.size();
    HttpResponse<String> recorded = send(call);

    assertThat(recorded.statusCode()).as(operation + ": " + recorded.body()).isEqualTo(200);
    assertThat(api.journal.events.get(before).toString())
        .startsWith("ApiCalled")
        .contains(operation.name(), "id=" + SUBJECTS.get(caller).id());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aChangeIsMadeOnceForItsKey(OpenApiDocument.Operation operation) {
    if (!operation.isChange()) {
      return;
    }
    String caller = operation.roles().orElseThrow().stream().sorted().findFirst().orElseThrow();
    HttpRequest.Builder call =
        objects.call(operation, caller).header("Idempotency-Key", UUID.randomUUID().toString());

    HttpResponse<String> first = send(call);
    int events = api.journal.events.size();
    HttpResponse<String> again = send(call);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(api.journal.events).hasSize(events);
    if (operation.name().equals("POST /api/v1/credentials")) {
      assertThat(json(again).path("code").textValue()).isEqualTo("told_once");
    } else {
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void noBodyIsTakenThatIsTooLong(OpenApiDocument.Operation operation) {
    if (!operation.isChange() || operation.name().equals("POST /api/v1/policy/versions")) {
      return;
    }
    String caller = operation.roles().orElseThrow().stream().sorted().findFirst().orElseThrow();
    HttpRequest call = objects.call(operation, caller).build();
    if (call.method().equals("DELETE")) {
      return;
    }
    String body = "{\"reason\":\"" + "x".repeat(RequestBody.MAX_JSON * 4) + "\"}";

    HttpResponse<String> response =
        send(
            api.to(call.uri().getRawPath(), caller)
                .header("Content-Type", "application/json")
                .method(call.method(), BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).as(operation.name()).isEqualTo(413);
  }
}
