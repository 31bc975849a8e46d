package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.event.Event;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
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

/** Session credentials from minting to their end, over the API and a real database. */
final class ConnectIT {

  private static final Subject AGENT =
      new Subject(
          "https://i",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"),
          List.of("orchestrator"));

  private static RunningApi api;

  private static Subject human(String name) {
    return new Subject(
        "https://i", name, name, Subject.Kind.HUMAN, Set.of("developers"), Optional.empty());
  }

  @BeforeAll
  static void start() throws IOException {
    api =
        new RunningApi(
            Map.of("agent-7", AGENT, "alice", human("alice"), "bob", human("bob")),
            Optional.empty());
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
  }

  private static JsonNode mint(String who, String body) {
    HttpResponse<String> response = api.post("/api/v1/credentials", who, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private static HttpResponse<String> revoke(String id, String who) {
    return send(api.to("/api/v1/credentials/" + id, who).DELETE());
  }

  @Test
  void aCredentialIsItsSubjectAtTheDoorOfItsResource() throws TokenRefused {
    JsonNode minted = mint("agent-7", "{\"resource\":\"orders\",\"ttl\":\"PT5M\"}");

    VerifiedToken verified = api.verifier.verify(minted.path("credential").asText(), "orders");

    assertThat(verified.subject()).isEqualTo(AGENT);
    assertThat(verified.expires())
        .isEqualTo(Instant.parse(minted.path("expires").asText()))
        .isBefore(Instant.now().plus(Duration.ofMinutes(6)));
    assertThat(verified.credential().orElseThrow().id()).isEqualTo(minted.path("id").asText());
    assertThat(minted.at("/door/host").asText()).isEqualTo("gate.example");
    assertThat(minted.at("/door/port").asInt()).isEqualTo(6432);
    assertThat(minted.at("/door/roots").asText()).startsWith("-----BEGIN");
  }

  @Test
  void aCredentialOpensNoOtherResource() {
    String secret = mint("agent-7", "{\"resource\":\"orders\"}").path("credential").asText();

    assertThatThrownBy(() -> api.verifier.verify(secret, "payments"))
        .isInstanceOf(TokenRefused.class)
        .hasMessage("this session credential is for another resource");
  }

  @ParameterizedTest
  @ValueSource(strings = {"whoami", "approvals", "credentials", "resources"})
  void aCredentialIsNoTokenForTheApi(String path) {
    String secret = mint("agent-7", "{\"resource\":\"orders\"}").path("credential").asText();

    assertThat(api.get("/api/v1/" + path, secret).statusCode()).isEqualTo(401);
  }

  @Test
  void gw45_theSecretIsKeptNowhere() {
    String secret = mint("agent-7", "{\"resource\":\"orders\"}").path("credential").asText();

    assertThat(api.journal.events.toString()).doesNotContain(secret.substring(3));
    assertThat(api.dump("session_credential"))
        .contains("agent-7")
        .doesNotContain(secret.substring(3));
    assertThat(api.get("/api/v1/credentials", "agent-7").body())
        .contains("orders")
        .doesNotContain(secret.substring(3));
  }

  @Test
  void gw11_aRevokedCredentialOpensNothing() throws TokenRefused {
    JsonNode minted = mint("agent-7", "{\"resource\":\"orders\"}");
    String secret = minted.path("credential").asText();
    api.verifier.verify(secret, "orders");

    assertThat(revoke(minted.path("id").asText(), "agent-7").statusCode()).isEqualTo(200);

    assertThatThrownBy(() -> api.verifier.verify(secret, "orders"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("has ended");
    assertThat(revoke(minted.path("id").asText(), "agent-7").statusCode()).isEqualTo(404);
  }

  @Test
  void gw11_aCredentialEndsByTheDatabasesClock() {
    JsonNode minted = mint("agent-7", "{\"resource\":\"orders\",\"ttl\":\"PT0.001S\"}");

    assertThatThrownBy(() -> api.verifier.verify(minted.path("credential").asText(), "orders"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("has ended");
  }

  @ParameterizedTest
  @CsvSource({"alice,200", "bob,404"})
  void gw44_anAgentsOwnerMayRevokeAndNobodyElse(String who, int status) {
    String id = mint("agent-7", "{\"resource\":\"orders\"}").path("id").asText();

    assertThat(revoke(id, who).statusCode()).isEqualTo(status);
  }

  @Test
  void gw44_anAgentRevokesNothingOfItsOwner() {
    String id = mint("alice", "{\"resource\":\"orders\"}").path("id").asText();

    assertThat(revoke(id, "agent-7").statusCode()).isEqualTo(404);
  }

  @Test
  void gw27_nothingIsMintedOrRevokedThatTheJournalDoesNotHold() {
    JsonNode minted = mint("agent-7", "{\"resource\":\"payments\"}");
    assertThat(api.journal.events.getLast())
        .isEqualTo(
            new Event.CredentialMinted(
                minted.path("id").asText(),
                AGENT,
                "payments",
                Optional.empty(),
                Instant.parse(minted.path("expires").asText())));
    int before = json(api.get("/api/v1/credentials", "agent-7")).path("credentials").size();

    api.journal.full(true);
    try {
      assertThat(
              api.post("/api/v1/credentials", "agent-7", "{\"resource\":\"payments\"}")
                  .statusCode())
          .isEqualTo(503);
      assertThat(revoke(minted.path("id").asText(), "agent-7").statusCode()).isEqualTo(503);
    } finally {
      api.journal.full(false);
    }

    assertThat(json(api.get("/api/v1/credentials", "agent-7")).path("credentials")).hasSize(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"resource\":\"orders\",\"ttl\":\"PT61M\"}|422",
        "{\"resource\":\"orders\",\"ttl\":\"PT0S\"}|422",
        "{\"resource\":\"orders\",\"ttl\":\"-PT5M\"}|422",
        "{\"resource\":\"orders\",\"ttl\":\"5 minutes\"}|400",
        "{\"resource\":\"nothing\"}|404",
        "{\"resource\":\"orders\",\"subject\":\"bob\"}|400",
        "{}|400",
      })
  void refusesWhatItDoesNotMint(String body, int status) {
    assertThat(api.post("/api/v1/credentials", "agent-7", body).statusCode()).isEqualTo(status);
  }

  @Test
  void saysWhereToSignInToWhoeverAsks() {
    assertThat(api.get("/api/v1/sign-in", "").body())
        .isEqualTo("{\"issuers\":[{\"issuer\":\"https://i\",\"client\":\"countersign-cli\"}]}");
    assertThat(api.get("/api/v1/resources", "").statusCode()).isEqualTo(401);
    assertThat(api.get("/api/v1/resources", "bob").body())
        .contains("\"orders\"")
        .doesNotContain("db.example", "upstream-secret");
  }
}
