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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenID AuthZEN Authorization API 1.0, as an enforcement point on the network meets it. */
final class AuthZenIT {

  /** The shape of the specification's examples, on what our policy knows. */
  private static final String QUESTION =
      """
      {
        "subject": {"type": "agent", "id": "agent-7", "properties": {"groups": ["ai-agents"]}},
        "action": {"name": "query", "properties": {"sql": "read public.a"}},
        "resource": {"type": "postgres", "id": "orders"},
        "context": {"time": "2026-11-23T10:00:00Z"}
      }
      """;

  private static final Map<String, Subject> SUBJECTS =
      Map.of("point", subject("enforcement-points"), "other", subject("developers"));

  private static RunningApi api;

  private static Subject subject(String group) {
    return new Subject(
        "https://i", group, group, Subject.Kind.AGENT, Set.of(group), Optional.empty());
  }

  @BeforeAll
  static void start() throws IOException {
    api = new RunningApi(SUBJECTS, Optional.of("enforcement-points"));
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static HttpResponse<String> one(String body) {
    return api.post("/access/v1/evaluation", "point", body);
  }

  private static HttpResponse<String> many(String body) {
    return api.post("/access/v1/evaluations", "point", body);
  }

  private static String message(HttpResponse<String> response) {
    return json(response).path("detail").textValue();
  }

  @Test
  void permitsWhatThePolicyAllows() {
    HttpResponse<String> response = one(QUESTION);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode answer = json(response);
    assertThat(answer.get("decision").isBoolean()).isTrue();
    assertThat(answer.get("decision").booleanValue()).isTrue();
    assertThat(answer.at("/context/id").textValue()).isEqualTo("SQL-001");
    assertThat(answer.at("/context/verdict").textValue()).isEqualTo("allow");
    assertThat(answer.at("/context/policy").textValue()).matches("[0-9a-f]{64}");
  }

  @Test
  void aDenialIsAnAnswerAndSaysWhy() {
    HttpResponse<String> response = one(QUESTION.replace("public.a", "public.b"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).get("decision").booleanValue()).isFalse();
    assertThat(json(response).at("/context/id").textValue()).isEqualTo("DEFAULT");
    assertThat(json(response).at("/context/reason_admin/en").textValue()).contains("public.b");
    assertThat(json(response).at("/context/reason_user/en").textValue()).isNotEmpty();
  }

  @Test
  void oneAccessIsAskedForByItsVerb() {
    String select = QUESTION.replace("\"query\"", "\"select\"");

    assertThat(
            json(one(select.replace("\"sql\": \"read public.a\"", "\"object\": \"public.a\"")))
                .get("decision")
                .booleanValue())
        .isTrue();
    assertThat(
            json(one(
                    select
                        .replace("\"select\"", "\"delete\"")
                        .replace("\"sql\": \"read public.a\"", "\"object\": \"public.a\"")))
                .get("decision")
                .booleanValue())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "git        | force  | {\"ref\": \"refs/heads/main\", \"paths\": [\"a\"],"
            + " \"binaries\": [], \"links\": [\"b\"], \"secrets\": []}",
        "git        | fetch  | {\"ref\": \"refs/heads/main\"}",
        "kubernetes | create | {\"object\": \"pods/exec\", \"namespace\": \"shop\","
            + " \"traits\": [], \"images\": [], \"secretKeys\": []}",
        "kubernetes | access | {\"for\": \"PT30M\"}"
      })
  void theOtherSheetsAreAskedToo(String type, String action, String properties) {
    HttpResponse<String> response =
        one(
            """
            {"subject": {"type": "user", "id": "alice"},
             "action": {"name": "%s", "properties": %s},
             "resource": {"type": "%s", "id": "elsewhere", "properties": {"environment": "staging"}}}
            """
                .formatted(action, properties, type));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(json(response).get("decision").booleanValue()).isFalse();
    assertThat(json(response).at("/context/verdict").textValue()).isEqualTo("block");
  }

  /** What could hold a push or a request back must be told, be it that there is none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "git        | fast-forward | {\"ref\": \"refs/heads/main\", \"paths\": []} | binaries",
        "kubernetes | create       | {\"object\": \"pods\", \"traits\": []}          | images"
      })
  void gw44_whatABodyBringsCannotBeLeftOut(
      String type, String action, String properties, String missing) {
    HttpResponse<String> response =
        one(
            """
            {"subject": {"type": "user", "id": "alice"},
             "action": {"name": "%s", "properties": %s},
             "resource": {"type": "%s", "id": "elsewhere"}}
            """
                .formatted(action, properties, type));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(message(response))
        .isEqualTo(
            "/action/properties/%s: found nothing; allowed: an array, empty if there is none"
                .formatted(missing));
  }

  // --- several at once; the specification's sections 7.1.1 and 7.1.2

  private static final String BATCH =
      """
      {
        "subject": {"type": "agent", "id": "agent-7", "properties": {"groups": ["ai-agents"]}},
        "resource": {"type": "postgres", "id": "orders"},
        "evaluations": [
          {"action": {"name": "select", "properties": {"object": "public.a"}}},
          {"action": {"name": "select", "properties": {"object": "public.b"}}},
          {"action": {"name": "select", "properties": {"object": "public.a"}},
           "subject": {"type": "agent", "id": "agent-8"}},
          {"action": {"name": "select", "properties": {"object": "public.a"}}}
        ]
      }
      """;

  @ParameterizedTest
  @CsvSource({
    "execute_all,             'true,false,false,true'",
    "deny_on_first_deny,      'true,false'",
    "permit_on_first_permit,  'true'"
  })
  void defaultsAndSemantics(String semantic, String decisions) {
    String batch =
        BATCH.replaceFirst(
            "\\{", "{\"options\": {\"evaluations_semantic\": \"" + semantic + "\"},");

    assertThat(json(many(batch)).get("evaluations").findValuesAsText("decision"))
        .containsExactly(decisions.split(","));
  }

  @Test
  void executesAllUnlessToldOtherwise() {
    assertThat(json(many(BATCH)).get("evaluations")).hasSize(4);
  }

  @Test
  void withoutEvaluationsItIsOne() {
    assertThat(json(many(QUESTION)).get("decision").booleanValue()).isTrue();
    assertThat(
            json(many(QUESTION.replaceFirst("\\{", "{\"evaluations\": [],")))
                .get("decision")
                .booleanValue())
        .isTrue();
  }

  @Test
  void aQuestionThatCannotBeReadIsDeniedAloneAmongOthers() {
    JsonNode answers =
        json(many(BATCH.replaceFirst("\"select\"", "\"selekt\""))).get("evaluations");

    assertThat(answers.get(0).get("decision").booleanValue()).isFalse();
    assertThat(answers.get(0).at("/context/error/status").intValue()).isEqualTo(400);
    assertThat(answers.get(0).at("/context/error/message").textValue())
        .startsWith("/evaluations/0/action/name: found another word; allowed: one of select, ");
    assertThat(answers.get(3).get("decision").booleanValue()).isTrue();
  }

  /** A misspelt member must not fall back to the default, nor count as one that was not told. */
  @Test
  void gw44_aMisspeltMemberOfABatchIsNotReplacedByTheDefault() {
    String batch =
        BATCH.replaceFirst("\"subject\": \\{(.*)\"agent-8\"", "\"subjct\": {$1\"agent-8\"");
    assertThat(batch).contains("subjct");

    JsonNode answer = json(many(batch)).at("/evaluations/2");

    assertThat(answer.get("decision").booleanValue()).isFalse();
    assertThat(answer.at("/context/error/message").textValue())
        .isEqualTo(
            "/evaluations/2: found a member of another name; allowed: action, context, resource,"
                + " subject");
  }

  // --- the binding

  @Test
  void metadataNamesTheEndpoints() {
    HttpResponse<String> response = api.get("/.well-known/authzen-configuration", "");

    assertThat(json(response).get("policy_decision_point").textValue())
        .isEqualTo("https://gate.example");
    assertThat(json(response).get("access_evaluation_endpoint").textValue())
        .isEqualTo("https://gate.example/access/v1/evaluation");
    assertThat(json(response).get("access_evaluations_endpoint").textValue())
        .isEqualTo("https://gate.example/access/v1/evaluations");
  }

  @Test
  void theRequestIdComesBack() {
    HttpRequest.Builder request =
        posting(api.to("/access/v1/evaluation", "point"), QUESTION)
            .header("X-Request-ID", "bfe9eb29-ab87");

    assertThat(send(request).headers().firstValue("X-Request-ID")).contains("bfe9eb29-ab87");
    assertThat(one(QUESTION).headers().firstValue("X-Request-ID")).isEmpty();
  }

  @Test
  void gw44_onlyEnforcementPointsMayAsk() {
    assertThat(api.post("/access/v1/evaluation", "other", QUESTION).statusCode()).isEqualTo(403);
    assertThat(api.post("/access/v1/evaluations", "forged", QUESTION).statusCode()).isEqualTo(401);
    try (ApiServer unconfigured = api.server(Optional.empty())) {
      unconfigured.start();
      HttpResponse<String> response =
          send(posting(RunningApi.to(unconfigured, "/access/v1/evaluation", "point"), QUESTION));
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(json(response).path("hint").textValue()).contains("api.enforcementPoints");
    }
  }

  @Test
  void gw44_theLabelsOfARegisteredResourceCannotBeToldOtherwise() {
    HttpResponse<String> otherKind = one(QUESTION.replace("\"postgres\"", "\"git\""));

    assertThat(otherKind.statusCode()).isEqualTo(400);
    assertThat(message(otherKind)).startsWith("/resource/type: found another type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"agent-7\"             | 7                  | /subject/id: found a number; allowed: a"
            + " text",
        "\"agent-7\"             | \"\"               | /subject/id: found an empty text",
        "\"agent\"               | \"robot\"          | /subject/type: found another word; allowed:"
            + " one of agent, user",
        "[\"ai-agents\"]         | \"ai-agents\"      | /subject/properties/groups: found a text;"
            + " allowed: an array",
        "\"groups\"              | \"group\"            | /subject/properties: found a member of"
            + " another name; allowed: groups, issuer, name, onBehalfOf",
        "\"properties\": {\"groups\" | \"propertys\": {\"groups\" | /subject: found a member of"
            + " another name; allowed: id, properties, type",
        "\"context\": {          | \"contxt\": {          | /: found a member of another"
            + " name; allowed: action, context, resource, subject",
        "\"sql\"                 | \"text\"           | /action/properties: found a member of"
            + " another name; allowed: sql",
        "\"read public.a\"       | \"DROP;;\"         | /action/properties/sql: found no statement;"
            + " allowed: SQL",
        "\"context\": {          | \"context\": [ {   | the body is not JSON",
        "{\"time\": \"2026-11-23T10:00:00Z\"} | \"now\" | /context: found a text; allowed: an"
            + " object",
        "\"resource\": {\"type\" | \"rsource\": {\"type\" | /: found a member of another name;"
            + " allowed: action",
        "\"id\": \"agent-7\",     | ``                 | /subject/id: found nothing; allowed: a"
            + " text"
      })
  void saysWhereARequestIsMalformed(String good, String bad, String message) {
    assertThat(QUESTION).contains(good);

    HttpResponse<String> response = one(QUESTION.replace(good, bad));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(message(response)).startsWith(message);
  }

  @Test
  void refusesLargeDeepAndManyQuestions() {
    assertThat(one(QUESTION + " ".repeat(300_000)).statusCode()).isEqualTo(413);
    assertThat(one("[".repeat(100_000)).statusCode()).isEqualTo(400);
    assertThat(many("{\"evaluations\": [" + "{},".repeat(100) + "{}]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void whateverIsSentIsAnsweredOrRefusedButNeverPermittedByMistake() {
    Random random = new Random(20261123);
    String denied = QUESTION.replace("public.a", "public.b");
    for (int i = 0; i < 400; i++) {
      StringBuilder body = new StringBuilder(denied);
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(body.length());
        switch (random.nextInt(3)) {
          case 0 -> body.insert(at, "{}[],:\"0tn".charAt(random.nextInt(10)));
          case 1 -> body.deleteCharAt(at);
          default -> body.delete(at, Math.min(body.length(), at + random.nextInt(20)));
        }
      }
      HttpResponse<String> response = one(body.toString());
      assertThat(response.statusCode()).as(body.toString()).isIn(200, 400);
      assertThat(json(response).path("decision").asBoolean(false)).isFalse();
    }
  }
}
