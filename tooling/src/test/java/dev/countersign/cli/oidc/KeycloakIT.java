package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.AriaRole;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.demo.ConsoleBrowser;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.OidcTokenVerifier;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.rules.fact.Subject;
import java.net.URI;
import java.net.http.HttpResponse;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The realm that the documents tell operators to import, in a real Keycloak. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final URI SERVER = URI.create("https://gate.example");
  private static final String ALICE = "7a1f0c52-90f5-4d1c-8e3c-0d7b2a5c1e01";

  @TempDir Path folder;

  private URI console;
  private Keycloak keycloak;
  private OidcTokenVerifier verifier;

  @BeforeAll
  void start() throws Exception {
    console = URI.create("http://127.0.0.1:" + Keycloak.freePort());
    keycloak = Keycloak.start(Path.of(System.getProperty("keycloak.distribution")), console);
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
            "redirect_uri", console + "/sign-in/callback",
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
                "grant_type",
                "authorization_code",
                "client_id",
                "countersign-cli",
                "redirect_uri",
                console + "/sign-in/callback",
                "code",
                code,
                "code_verifier",
                verifierText));

    assertThat(verifier.verify(tokens.path("access_token").asText()).subject().groups())
        .containsExactly("compliance-officers");
    assertThatThrownBy(() -> verifier.verify(tokens.path("id_token").asText()))
        .isInstanceOf(TokenRefused.class);
  }

  /** A sign-in with Keycloak's cookie is not enough to answer; a password is. */
  @Test
  void gw12_aHumanAnswersInTheConsoleAfterTypingThePasswordForIt() throws Exception {
    Optional<Path> chromium = ConsoleBrowser.chromium();
    Assumptions.assumeTrue(chromium.isPresent(), "there is no Chromium on the PATH");
    try (ConsoleGateway gateway =
            new ConsoleGateway(
                Files.createDirectories(folder.resolve("gateway")), keycloak.issuer(), console);
        ConsoleBrowser browser = new ConsoleBrowser(console, chromium.get())) {
      keycloak.administer(
          "POST",
          "/users",
          """
          {"username":"carol","firstName":"Carol","lastName":"Approver","email":"c@example.com",
          "enabled":true,"groups":["/dba-approvers"],
          "credentials":[{"type":"password","value":"%s"}]}
          """
              .formatted(Keycloak.PASSWORD));
      HttpResponse<String> asked = gateway.ask(agent().access());
      assertThat(asked.statusCode()).as(asked.body()).isBetween(200, 202);
      Page carol = browser.window(new Browser.NewContextOptions());
      carol.navigate(console + "/approvals");
      typePassword(carol, "carol");
      carol.locator(".row .open").first().click();
      has(carol.getByText("TICKET-12"));
      has(button(carol, "Approve"));

      button(carol, "Sign out").click();
      carol
          .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in"))
          .first()
          .click();
      carol.locator(".row .open").first().click();
      has(carol.getByText("this needs a sign-in of level 1"));
      assertThat(button(carol, "Approve").count()).isZero();

      keycloak.administer("PUT", "", "{\"accessTokenLifespan\":2}");
      carol.getByText("Sign in again").click();
      typePassword(carol, "carol");
      button(carol, "Approve").click();
      has(carol.getByText("Approved. Your answer is on the record."));

      // What she may do is what her newest token says; disabled she gets no other.
      String id = userId("carol");
      JsonNode groups = keycloak.administer("GET", "/groups?search=auditors&exact=true", "");
      keycloak.administer(
          "PUT", "/users/" + id + "/groups/" + groups.get(0).path("id").asText(), "{}");
      await().atMost(PATIENCE).until(() -> reloaded(carol, ".who .groups").contains("auditors"));
      keycloak.administer("PUT", "/users/" + id, "{\"enabled\":false}");
      // Her page leads to the door by itself, which may end the opening of another; whatever else
      // she opens leads to the issuer.
      await()
          .atMost(PATIENCE)
          .ignoreException(PlaywrightException.class)
          .until(() -> opened(carol).contains("Sign in to"));
    } finally {
      keycloak.administer("PUT", "", "{\"accessTokenLifespan\":900}");
    }
  }

  private static void typePassword(Page page, String user) {
    Locator name = page.locator("#username");
    has(page.locator("#password"));
    if (name.isVisible() && name.isEditable()) {
      name.fill(user);
    }
    page.fill("#password", Keycloak.PASSWORD);
    page.locator("#kc-login").click();
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private static void has(Locator locator) {
    locator.first().waitFor();
  }

  private String opened(Page page) {
    page.navigate(console + "/approvals");
    return page.locator("body").innerText();
  }

  private static String reloaded(Page page, String part) {
    page.reload();
    Locator found = page.locator(part);
    return found.count() == 0 ? page.locator("body").innerText() : found.first().innerText();
  }

  private String userId(String name) {
    return keycloak
        .administer("GET", "/users?exact=true&username=" + name, "")
        .get(0)
        .path("id")
        .asText();
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
