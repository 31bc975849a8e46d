package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.OidcTokenVerifier;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DemoIdentityProviderTest {

  private final DemoIdentityProvider provider = start();
  private final OidcTokenVerifier verifier =
      new OidcTokenVerifier(
          List.of(IssuerConfig.of(provider.issuer(), DemoIdentityProvider.AUDIENCE)));

  private static DemoIdentityProvider start() {
    try {
      return DemoIdentityProvider.start(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void theGatewayBelievesItsTokens() throws TokenRefused {
    assertThat(verifier.verify(provider.token("agent-7")).subject())
        .isEqualTo(
            new Subject(
                provider.issuer(),
                "agent-7",
                "agent-7",
                Subject.Kind.AGENT,
                Set.of("ai-agents"),
                Optional.of("alice")));
    assertThat(verifier.verify(provider.token("bob")).subject())
        .isEqualTo(
            new Subject(
                provider.issuer(),
                "bob",
                "bob",
                Subject.Kind.HUMAN,
                Set.of("dba-approvers"),
                Optional.empty()));
    assertThat(verifier.verify(provider.token("olivia")).subject().groups())
        .containsExactly("compliance-officers");
    assertThat(verifier.verify(provider.token("audrey")).subject().groups())
        .containsExactly("auditors");
    assertThatThrownBy(() -> provider.token("mallory"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theAgentLogsInWithItsSecret() throws Exception {
    HttpResponse<String> answer =
        post(
            "grant_type=client_credentials&client_id=agent-7&client_secret="
                + provider.agentClientSecret());

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode token = new ObjectMapper().readTree(answer.body());
    assertThat(token.get("expires_in").asInt()).isEqualTo(3600);
    assertThat(verifier.verify(token.get("access_token").textValue()).subject().name())
        .isEqualTo("agent-7");
    assertThat(post("grant_type=client_credentials&client_id=agent-7&client_secret=x").statusCode())
        .isEqualTo(401);
    assertThat(post("grant_type=client_credentials").statusCode()).isEqualTo(401);
  }

  @Test
  void humansLogInByTheirNameAlone() throws Exception {
    HttpResponse<String> answer =
        post("grant_type=" + DemoIdentityProvider.DEMO_GRANT + "&user=bob");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(post("grant_type=" + DemoIdentityProvider.DEMO_GRANT + "&user=agent-7").statusCode())
        .isEqualTo(400);
    assertThat(post("grant_type=password&user=bob").statusCode()).isEqualTo(400);
    assertThat(post("x=%zz").statusCode()).isEqualTo(400);
    assertThat(post("x=" + "y".repeat(5000)).statusCode()).isEqualTo(413);
  }

  @Test
  void listensOnTheLoopbackAddressAndPublishesNoPrivateKey() throws Exception {
    assertThat(provider.issuer()).startsWith("http://127.0.0.1:");
    HttpResponse<String> keys =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(provider.issuer() + "/keys")).build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(new ObjectMapper().readTree(keys.body()).get("keys").get(0).has("d")).isFalse();
    assertThat(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create(
                                provider.issuer().replace("127.0.0.1", "localhost") + "/keys"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(421);
  }

  private HttpResponse<String> post(String form) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(provider.issuer() + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
