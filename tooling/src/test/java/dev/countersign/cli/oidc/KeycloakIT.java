package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.OidcTokenVerifier;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.rules.fact.Subject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The realm that the documents tell operators to import, in a real Keycloak. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakIT {

  private static final URI SERVER = URI.create("https://gate.example");
  private static final String ALICE = "7a1f0c52-90f5-4d1c-8e3c-0d7b2a5c1e01";

  @TempDir Path folder;

  private Keycloak keycloak;
  private OidcTokenVerifier verifier;

  @BeforeAll
  void start() throws Exception {
    keycloak = Keycloak.start(Path.of(System.getProperty("keycloak.distribution")));
    IssuerConfig usual = IssuerConfig.of(keycloak.issuer().toString(), "countersign");
    verifier =
        new OidcTokenVerifier(
            List.of(
                new IssuerConfig(
                    usual.issuer(),
                    usual.audience(),
                    Set.of("agent-7", "countersign-cli"),
                    Optional.empty(),
                    usual.algorithms(),
                    usual.claims(),
                    usual.clockSkew(),
                    new IssuerConfig.KeyCache(
                        Duration.ofMinutes(10),
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofSeconds(20)),
                    false)));
  }

  @AfterAll
  void stop() throws Exception {
    if (keycloak != null) {
      keycloak.close();
    }
  }

  private Login agent() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), Keycloak.AGENT_SECRET + "\n");
    return Tokens.byClient(Provider.discover(keycloak.issuer()), SERVER, "agent-7", secret);
  }

  /** Signs in with a device; the human opens the page as soon as it is shown. */
  private Login device(String user) {
    return new DeviceLogin(Provider.discover(keycloak.issuer()), "countersign-cli")
        .login(SERVER, "openid", text -> new KeycloakBrowser(user).signIn(page(text)));
  }

  private static URI page(String text) {
    Matcher complete = Pattern.compile("or open (\\S+)").matcher(text);
    assertThat(complete.find()).as(text).isTrue();
    return URI.create(complete.group(1));
  }

  @Test
  void anAgentSignsInByItselfAndIsItsOwnersAgent() throws Exception {
    Subject subject = verifier.verify(agent().access()).subject();

    assertThat(subject.kind()).isEqualTo(Subject.Kind.AGENT);
    assertThat(subject.groups()).containsExactly("ai-agents");
    assertThat(subject.onBehalfOf()).contains(ALICE);
  }

  @Test
  void aHumanSignsInWithADevice() throws Exception {
    Login bob = device("bob");

    var verified = verifier.verify(bob.access());
    assertThat(verified.subject().kind()).isEqualTo(Subject.Kind.HUMAN);
    assertThat(verified.subject().name()).isEqualTo("bob");
    assertThat(verified.subject().groups()).containsExactly("dba-approvers");
    assertThat(verified.signIn().at()).isPresent();
    assertThat(verified.signIn().level()).isPresent();
    assertThat(bob.refresh()).isPresent();
  }

  @Test
  void theOwnerOfTheAgentIsTheHumanWhoSignsIn() throws Exception {
    Subject alice = verifier.verify(device("alice").access()).subject();
    Subject agent = verifier.verify(agent().access()).subject();

    assertThat(alice.id()).isEqualTo(ALICE);
    assertThat(agent.isPartyOf(alice)).isTrue();
  }

  @Test
  void gw12_aHumanSignsInInABrowserWithPkceAndNotWithout() throws Exception {
    String verifierText = "v".repeat(43);
    String base = keycloak.issuer() + "/protocol/openid-connect/auth?";
    Map<String, String> request =
        Map.of(
            "response_type", "code",
            "client_id", "countersign-cli",
            "redirect_uri", "http://localhost:8642/sign-in/callback",
            "scope", "openid",
            "state", "s",
            "nonce", "n");
    URI refused =
        new KeycloakBrowser("olivia")
            .signIn(URI.create(base + Keycloak.encoded(request)))
            .orElseThrow();
    assertThat(refused.getQuery()).contains("error=invalid_request");

    URI landed =
        new KeycloakBrowser("olivia")
            .signIn(
                URI.create(
                    base
                        + Keycloak.encoded(request)
                        + "&code_challenge_method=S256&code_challenge="
                        + DeviceLogin.challenge(verifierText)))
            .orElseThrow();
    assertThat(landed.getQuery()).contains("state=s").contains("code=");
    String code = landed.getQuery().replaceAll(".*code=([^&]+).*", "$1");
    JsonNode tokens =
        keycloak.token(
            "countersign",
            Map.of(
                "grant_type", "authorization_code",
                "client_id", "countersign-cli",
                "redirect_uri", "http://localhost:8642/sign-in/callback",
                "code", code,
                "code_verifier", verifierText));

    assertThat(verifier.verify(tokens.path("access_token").asText()).subject().groups())
        .containsExactly("compliance-officers");
    assertThatThrownBy(() -> verifier.verify(tokens.path("id_token").asText()))
        .isInstanceOf(TokenRefused.class);
  }

  @Test
  void gw05_aNewKeyIsFoundAndTokensOfTheOldOneStayGood() throws Exception {
    String before = agent().access();
    verifier.verify(before);

    keycloak.administer(
        "POST",
        "/components",
        """
        {"name":"rotated","providerId":"rsa-generated",
        "providerType":"org.keycloak.keys.KeyProvider",
        "config":{"priority":["500"],"enabled":["true"],"active":["true"],"algorithm":["RS256"]}}
        """);
    String after = agent().access();

    assertThat(keyId(after)).isNotEqualTo(keyId(before));
    assertThat(verifier.verify(after).subject().kind()).isEqualTo(Subject.Kind.AGENT);
    assertThat(verifier.verify(before).subject().kind()).isEqualTo(Subject.Kind.AGENT);
  }

  private static String keyId(String token) {
    return token.substring(0, token.indexOf('.'));
  }

  @Test
  void gw11_aDisabledHumanGetsNoFurtherToken() throws Exception {
    Login audrey = device("audrey");
    Login expired =
        new Login(
            audrey.server(),
            audrey.issuer(),
            audrey.client(),
            Optional.empty(),
            audrey.access(),
            audrey.refresh(),
            java.time.Instant.EPOCH);
    Login renewed = Tokens.renewed(expired);
    assertThat(renewed.access()).isNotEqualTo(audrey.access());
    JsonNode user = keycloak.administer("GET", "/users?username=audrey&exact=true", "").get(0);

    keycloak.administer("PUT", "/users/" + user.path("id").asText(), "{\"enabled\":false}");

    assertThatThrownBy(
            () ->
                Tokens.renewed(
                    new Login(
                        renewed.server(),
                        renewed.issuer(),
                        renewed.client(),
                        Optional.empty(),
                        renewed.access(),
                        renewed.refresh(),
                        java.time.Instant.EPOCH)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("sign in again");
  }
}
