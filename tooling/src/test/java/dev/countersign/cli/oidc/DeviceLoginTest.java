package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.demo.DemoIdentityProvider;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.OidcTokenVerifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The device flow against an issuer over real HTTP; a human who answers while the device waits. */
final class DeviceLoginTest {

  private static final URI SERVER = URI.create("https://gate.example");

  private final DemoIdentityProvider idp = start();
  private final List<String> shown = new ArrayList<>();

  private static DemoIdentityProvider start() {
    try {
      return DemoIdentityProvider.start(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    idp.close();
  }

  private Login login(DeviceLogin.Pause pause) {
    return new DeviceLogin(
            Provider.discover(URI.create(idp.issuer())), DemoIdentityProvider.CLIENT, pause)
        .login(SERVER, "openid", shown::add);
  }

  private void answer(String who) {
    Matcher code = Pattern.compile("enter (\\S+),").matcher(shown.getFirst());
    assertThat(code.find()).isTrue();
    try {
      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(idp.issuer() + "/activated"))
                  .POST(BodyPublishers.ofString("user_code=" + code.group(1) + "&user=" + who))
                  .build(),
              BodyHandlers.discarding());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void getsTheTokensOfWhoeverEntersTheCode() throws Exception {
    Login login = login(time -> answer("olivia"));

    assertThat(login.refresh()).isPresent();
    var verified =
        new OidcTokenVerifier(List.of(IssuerConfig.of(idp.issuer(), DemoIdentityProvider.AUDIENCE)))
            .verify(login.access());
    assertThat(verified.subject().name()).isEqualTo("olivia");
    assertThat(verified.signIn().at()).isPresent();
    assertThat(login.toString()).doesNotContain(login.access());
  }

  @Test
  void slowsDownWhenItIsTold() {
    List<Long> waits = new ArrayList<>();

    login(
        time -> {
          waits.add(time.toSeconds());
          if (waits.size() == 3) {
            answer("bob");
          }
        });

    assertThat(waits).startsWith(1L, 1L, 6L);
  }

  @Test
  void saysWhenTheHumanSaysNo() {
    assertThatThrownBy(() -> login(time -> answer("")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("access_denied");
  }

  @Test
  void gw12_noTokenTravelsInTheClear() {
    assertThatThrownBy(() -> Provider.discover(URI.create("http://id.example")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is not https");
  }

  @Test
  void gw12_anIssuerSpeaksForItselfOnly() {
    assertThatThrownBy(() -> Provider.discover(URI.create(idp.issuer() + "/")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is not the discovery document");
  }
}
