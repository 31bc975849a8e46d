package dev.countersign.decision.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.DatabaseConfig;
import dev.countersign.rules.fact.Subject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Map<String, Subject> SUBJECTS =
      Map.of(
          "olivia", subject("olivia", Subject.Kind.HUMAN, "compliance-officers"),
          "oscar", subject("oscar", Subject.Kind.HUMAN, "compliance-officers"),
          "audrey", subject("audrey", Subject.Kind.HUMAN, "auditors"),
          "bob", subject("bob", Subject.Kind.HUMAN, "dba-approvers"),
          "agent", subject("agent", Subject.Kind.AGENT, "compliance-officers"),
          "spy", subject("spy", Subject.Kind.AGENT, "auditors"));

  private static EmbeddedPostgres postgres;
  private static Database database;
  private static StoredApprovals approvals;
  private static ApiServer server;
  private static String first;

  private static Subject subject(String name, Subject.Kind kind, String group) {
    return new Subject("https://i", name, name, kind, Set.of(group), Optional.empty());
  }

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    database =
        Database.open(
            new DatabaseConfig(
                postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""),
                "postgres",
                new Secret.Generated("postgres")));
    PolicyVersions versions = new PolicyVersions(database, Drafts::parse, "compliance-officers");
    versions.bootstrap(Drafts.allowing("public.first"));
    first = versions.current().orElseThrow().version();
    URI publicUrl = URI.create("https://gate.example");
    approvals = StoredApprovals.open(database, publicUrl, ApprovalLimits.DEFAULT);
    server =
        new ApiServer(
            new ApiConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                publicUrl,
                Optional.empty(),
                Optional.empty()),
            PolicyApiIT::verify,
            approvals,
            Optional.of(new PolicyApi(versions, Drafts::parse, "auditors")),
            new AccessEvaluations(Drafts.policyAllowing("public.a"), Drafts::parse, List.of()),
            database::isAlive);
    server.start();
  }

  private static TokenVerifier.VerifiedToken verify(String token) throws TokenRefused {
    Subject subject = SUBJECTS.get(token);
    if (subject == null) {
      throw new TokenRefused("the token's signature is wrong");
    }
    return new TokenVerifier.VerifiedToken(subject, Instant.parse("2030-01-01T00:00:00Z"));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    approvals.close();
    database.close();
    postgres.close();
  }

  private static HttpRequest.Builder to(String path, String who) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Authorization", "Bearer " + who);
  }

  private static <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    try {
      return HTTP.send(request.build(), body);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> get(String path, String who) {
    return send(to(path, who), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String who, String body) {
    return send(
        to(path, who)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> submit(String who, byte[] workbook) {
    return send(
        to(VERSIONS, who)
            .header("Content-Type", PolicyOperations.XLSX)
            .POST(BodyPublishers.ofByteArray(workbook)),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private static String code(HttpResponse<String> response) {
    return json(response).at("/error/code").textValue();
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

    assertThat(get(VERSIONS, who).statusCode()).isEqualTo(reads);
    assertThat(get(one, who).statusCode()).isEqualTo(reads);
    assertThat(get(one + "/workbook", who).statusCode()).isEqualTo(reads);
    assertThat(get("/api/v1/policy/activations", who).statusCode()).isEqualTo(reads);
    assertThat(post(one + "/evaluate", who, question).statusCode()).isEqualTo(reads);
    assertThat(submit(who, draft).statusCode()).isEqualTo(submits);
    assertThat(post(one + "/activate", who, "{\"reason\":\"try\"}").statusCode())
        .isEqualTo(activates);
  }

  @Test
  void twoOfficersChangeThePolicyAndOneRollsBack() {
    String before = json(get(VERSIONS, "audrey")).get("inForce").textValue();
    JsonNode submitted = json(submit("olivia", Drafts.allowing("public.orders")));
    String id = submitted.get("id").textValue();
    assertThat(submitted.at("/submitter/name").textValue()).isEqualTo("olivia");
    assertThat(submitted.get("fourEyes").booleanValue()).isTrue();
    assertThat(submitted.get("tests").intValue()).isEqualTo(1);

    HttpResponse<String> alone = activate("olivia", id, before);
    assertThat(alone.statusCode()).isEqualTo(403);
    assertThat(code(alone)).isEqualTo("same_person");
    assertThat(json(alone).at("/error/hint").textValue()).contains("another officer");

    JsonNode activated = json(activate("oscar", id, before));
    assertThat(activated.get("version").textValue()).isEqualTo(id);
    assertThat(activated.get("replaced").textValue()).isEqualTo(before);
    assertThat(activated.at("/by/name").textValue()).isEqualTo("oscar");
    assertThat(json(get(VERSIONS, "audrey")).get("inForce").textValue()).isEqualTo(id);

    assertThat(code(activate("oscar", id, before))).isEqualTo("in_force");
    assertThat(code(activate("oscar", first, first))).isEqualTo("changed_meanwhile");
    assertThat(activate("olivia", first, id).statusCode()).isEqualTo(200);
    assertThat(json(get("/api/v1/policy/activations", "audrey")).at("/activations/0/by/name"))
        .hasToString("\"olivia\"");
  }

  private static HttpResponse<String> activate(String who, String id, String replacing) {
    return post(
        VERSIONS + "/" + id + "/activate",
        who,
        "{\"replacing\":\"" + replacing + "\",\"reason\":\"TICKET-12\"}");
  }

  @Test
  void anyVersionIsFetchedAndAsked() {
    byte[] draft = Drafts.allowing("public.past");
    String one = VERSIONS + "/" + json(submit("olivia", draft)).get("id").textValue();

    HttpResponse<byte[]> fetched =
        send(to(one + "/workbook", "audrey"), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(fetched.body()).isEqualTo(draft);
    assertThat(fetched.headers().firstValue("Content-Type")).contains(PolicyOperations.XLSX);

    String question =
        """
        {"sql": "read %s", "groups": ["ai-agents"], "resource": "orders",
         "environment": "production"}
        """;
    JsonNode allowed = json(post(one + "/evaluate", "audrey", question.formatted("public.past")));
    assertThat(allowed.at("/statements/0/verdict").textValue()).isEqualTo("ALLOW");
    assertThat(allowed.at("/statements/0/rule").textValue()).isEqualTo("SQL-001");
    assertThat(allowed.at("/statements/0/rows/0/row").intValue()).isEqualTo(2);
    JsonNode other = json(post(one + "/evaluate", "audrey", question.formatted("public.else")));
    assertThat(other.at("/statements/0/verdict").textValue()).isEqualTo("BLOCK");
  }

  @Test
  void faultsAreToldAndNothingIsKept() {
    int before = json(get(VERSIONS, "audrey")).get("versions").size();

    HttpResponse<String> failing = submit("olivia", Drafts.withFailingTest("public.a"));
    HttpResponse<String> broken = submit("olivia", new byte[] {1, 2, 3});

    assertThat(failing.statusCode()).isEqualTo(422);
    assertThat(json(failing).at("/error/message").textValue()).contains("T-001");
    assertThat(json(failing).at("/error/hint").textValue()).contains("countersign policy lint");
    assertThat(broken.statusCode()).isEqualTo(422);
    assertThat(json(get(VERSIONS, "audrey")).get("versions").size()).isEqualTo(before);
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
    assertThat(post(VERSIONS + "/" + first + "/activate", "oscar", body).statusCode())
        .isEqualTo(400);
  }

  @Test
  void refusesOtherTypesAndLargeFiles() {
    assertThat(post(VERSIONS, "olivia", "{}").statusCode()).isEqualTo(415);
    assertThat(submit("olivia", new byte[11 * 1024 * 1024]).statusCode()).isEqualTo(413);
    assertThat(get(VERSIONS + "/" + "0".repeat(64), "audrey").statusCode()).isEqualTo(404);
    assertThat(get(VERSIONS + "/..%2f..%2fhealthz", "audrey").statusCode()).isIn(400, 404);
  }
}
