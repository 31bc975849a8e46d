package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of the policy, as officers and auditors reach them over HTTP. */
final class PolicyApiIT {

  private static final String VERSIONS = "/api/v1/policy/versions";

  private static final Map<String, Subject> SUBJECTS =
      Map.of(
          "olivia", subject("olivia", Subject.Kind.HUMAN, "compliance-officers"),
          "oscar", subject("oscar", Subject.Kind.HUMAN, "compliance-officers"),
          "audrey", subject("audrey", Subject.Kind.HUMAN, "auditors"),
          "bob", subject("bob", Subject.Kind.HUMAN, "dba-approvers"),
          "agent", subject("agent", Subject.Kind.AGENT, "compliance-officers"),
          "spy", subject("spy", Subject.Kind.AGENT, "auditors"));

  private static RunningApi api;
  private static String first;

  private static Subject subject(String name, Subject.Kind kind, String group) {
    return new Subject("https://i", name, name, kind, Set.of(group), Optional.empty());
  }

  @BeforeAll
  static void start() throws Exception {
    api = new RunningApi(SUBJECTS, Optional.empty());
    api.versions.bootstrap(Drafts.allowing("public.first"));
    first = api.versions.current().orElseThrow().version();
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static HttpResponse<String> submit(String who, byte[] workbook) {
    return send(
        api.to(VERSIONS, who)
            .header("Content-Type", PolicyOperations.XLSX)
            .POST(BodyPublishers.ofByteArray(workbook)));
  }

  private static String code(HttpResponse<String> response) {
    return json(response).path("code").textValue();
  }

  @ParameterizedTest
  @CsvSource({
    "olivia, 200, 200, 200",
    "audrey, 200, 403, 403",
    "bob, 403, 403, 403",
    "agent, 403, 403, 403",
    "spy, 403, 403, 403",
    "nobody, 401, 401, 401"
  })
  void gw44_eachRoleOnEachOperation(String who, int reads, int submits, int activates) {
    byte[] draft = Drafts.allowing("public.of_" + who);
    String id = json(submit("oscar", Drafts.allowing("public.for_" + who))).get("id").textValue();
    String one = VERSIONS + "/" + id;
    String question = "{\"sql\":\"read x\",\"groups\":[],\"resource\":\"orders\"}";

    assertThat(api.get(VERSIONS, who).statusCode()).isEqualTo(reads);
    assertThat(api.get(one, who).statusCode()).isEqualTo(reads);
    assertThat(api.get(one + "/workbook", who).statusCode()).isEqualTo(reads);
    assertThat(api.get("/api/v1/policy/activations", who).statusCode()).isEqualTo(reads);
    assertThat(api.post(one + "/evaluate", who, question).statusCode()).isEqualTo(reads);
    assertThat(submit(who, draft).statusCode()).isEqualTo(submits);
    assertThat(api.post(one + "/activate", who, "{\"reason\":\"try\"}").statusCode())
        .isEqualTo(activates);
  }

  @Test
  void twoOfficersChangeThePolicyAndOneRollsBack() {
    String before = json(api.get(VERSIONS, "audrey")).get("inForce").textValue();
    JsonNode submitted = json(submit("olivia", Drafts.allowing("public.orders")));
    String id = submitted.get("id").textValue();
    assertThat(submitted.at("/submitter/name").textValue()).isEqualTo("olivia");
    assertThat(submitted.get("fourEyes").booleanValue()).isTrue();
    assertThat(submitted.get("tests").intValue()).isEqualTo(1);

    HttpResponse<String> alone = activate("olivia", id, before);
    assertThat(alone.statusCode()).isEqualTo(403);
    assertThat(code(alone)).isEqualTo("same_person");
    assertThat(json(alone).path("hint").textValue()).contains("another officer");

    JsonNode activated = json(activate("oscar", id, before));
    assertThat(activated.get("version").textValue()).isEqualTo(id);
    assertThat(activated.get("replaced").textValue()).isEqualTo(before);
    assertThat(activated.at("/by/name").textValue()).isEqualTo("oscar");
    assertThat(json(api.get(VERSIONS, "audrey")).get("inForce").textValue()).isEqualTo(id);

    assertThat(code(activate("oscar", id, before))).isEqualTo("in_force");
    assertThat(code(activate("oscar", first, first))).isEqualTo("changed_meanwhile");
    assertThat(activate("olivia", first, id).statusCode()).isEqualTo(200);
    assertThat(json(api.get("/api/v1/policy/activations", "audrey")).at("/activations/0/by/name"))
        .hasToString("\"olivia\"");
  }

  private static HttpResponse<String> activate(String who, String id, String replacing) {
    return api.post(
        VERSIONS + "/" + id + "/activate",
        who,
        "{\"replacing\":\"" + replacing + "\",\"reason\":\"TICKET-12\"}");
  }

  @Test
  void anyVersionIsFetchedAndAsked() {
    byte[] draft = Drafts.allowing("public.past");
    String one = VERSIONS + "/" + json(submit("olivia", draft)).get("id").textValue();

    HttpResponse<byte[]> fetched =
        send(api.to(one + "/workbook", "audrey"), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(fetched.body()).isEqualTo(draft);
    assertThat(fetched.headers().firstValue("Content-Type")).contains(PolicyOperations.XLSX);

    String question =
        """
        {"sql": "read %s", "groups": ["ai-agents"], "resource": "orders",
         "environment": "production"}
        """;
    JsonNode allowed =
        json(api.post(one + "/evaluate", "audrey", question.formatted("public.past")));
    assertThat(allowed.at("/statements/0/verdict").textValue()).isEqualTo("ALLOW");
    assertThat(allowed.at("/statements/0/rule").textValue()).isEqualTo("SQL-001");
    assertThat(allowed.at("/statements/0/rows/0/row").intValue()).isEqualTo(2);
    JsonNode other = json(api.post(one + "/evaluate", "audrey", question.formatted("public.else")));
    assertThat(other.at("/statements/0/verdict").textValue()).isEqualTo("BLOCK");
  }

  @Test
  void faultsAreToldAndNothingIsKept() {
    int before = json(api.get(VERSIONS, "audrey")).get("versions").size();

    HttpResponse<String> failing = submit("olivia", Drafts.withFailingTest("public.a"));
    HttpResponse<String> broken = submit("olivia", new byte[] {1, 2, 3});

    assertThat(failing.statusCode()).isEqualTo(422);
    assertThat(json(failing).path("detail").textValue()).contains("T-001");
    assertThat(json(failing).path("hint").textValue()).contains("countersign policy lint");
    assertThat(broken.statusCode()).isEqualTo(422);
    assertThat(json(api.get(VERSIONS, "audrey")).get("versions").size()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"reason\":\"  \"}",
        "{\"reason\":7}",
        "{\"reason\":\"x\",\"fourEyes\":false}",
        "{\"reason\":\"x\",\"by\":\"oscar\"}",
        "{\"reason\":\"x\",\"reason\":\"y\"}",
        "[]"
      })
  void gw44_refusesBodiesThatSayMoreOrLess(String body) {
    assertThat(api.post(VERSIONS + "/" + first + "/activate", "oscar", body).statusCode())
        .isEqualTo(400);
  }

  @Test
  void refusesOtherTypesAndLargeFiles() {
    assertThat(api.post(VERSIONS, "olivia", "{}").statusCode()).isEqualTo(415);
    assertThat(submit("olivia", new byte[11 * 1024 * 1024]).statusCode()).isEqualTo(413);
    assertThat(api.get(VERSIONS + "/" + "0".repeat(64), "audrey").statusCode()).isEqualTo(404);
    assertThat(api.get(VERSIONS + "/..%2f..%2fhealthz", "audrey").statusCode()).isIn(400, 404);
  }
}
