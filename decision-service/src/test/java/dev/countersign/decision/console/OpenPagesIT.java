package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long an open page follows what happens: for as long as its reader is signed in. */
@Timeout(60)
final class OpenPagesIT {

  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private static final String FORM = "application/x-www-form-urlencoded";

  private static RunningConsole console;

  @BeforeAll
  static void open() throws IOException {
    console = new RunningConsole();
  }

  @AfterAll
  static void close() throws IOException {
    console.close();
  }

  /** A page's stream, from its first event on. */
  private record Following(HttpClient http, BufferedReader lines) implements AutoCloseable {

    static Following of(String cookie, String... headers) throws IOException, InterruptedException {
      HttpClient http = HttpClient.newHttpClient();
      HttpResponse<InputStream> response =
          http.send(request(cookie, headers), BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
      assertThat(lines.readLine()).isNotNull();
      return new Following(http, lines);
    }

    /** All that still comes, if it ends at all. */
    CompletableFuture<List<String>> rest() {
      CompletableFuture<List<String>> rest = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try (Stream<String> left = lines.lines()) {
              rest.complete(left.toList());
            } catch (UncheckedIOException e) {
              rest.completeExceptionally(e);
            }
          });
      return rest;
    }

    @Override
    public void close() {
      http.shutdownNow();
    }
  }

  private static HttpRequest request(String cookie, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(console.url() + "/live")).header("Cookie", cookie);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private static int status(String cookie, String... headers)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          http.send(request(cookie, headers), BodyHandlers.ofInputStream());
      response.body().close();
      return response.statusCode();
    }
  }

  private static void ends(Following stream) throws Exception {
    assertThat(stream.rest().get(40, TimeUnit.SECONDS)).contains("event:end");
  }

  @Test
  void gw12_anOpenPageFollowsNothingOnceItsReaderHasSignedOut() throws Exception {
    RunningConsole.Browser bob = console.signIn(console.human("bob", "dba-approvers"), LATER);
    RunningConsole.Browser dana = console.signIn(console.human("dana", "dba-approvers"), LATER);
    try (Following bobs = Following.of(bob.cookie());
        Following danas = Following.of(dana.cookie())) {
      bob.post("/sign-out", FORM, "token=" + bob.formToken());

      ends(bobs);
      assertThat(danas.rest()).isNotDone();
    }
  }

  @Test
  void gw12_anOpenPageFollowsNothingOnceItsReadersTimeIsOver() throws Exception {
    RunningConsole.Browser bob = console.signIn(console.human("bob2", "dba-approvers"), LATER);
    try (Following stream = Following.of(bob.cookie())) {
      console.endSessionsOf("bob2");

      ends(stream);
    }
  }

  @Test
  void gw11_anOpenPageFollowsNothingOnceTheIssuerVouchesForItsReaderNoLonger() throws Exception {
    RunningConsole.Browser bob = console.signIn(console.human("bob3", "dba-approvers"), LATER);
    try (Following stream = Following.of(bob.cookie())) {
      // What the issuer's refresh gives is no token of anybody.
      console.lapseTokensOf("bob3");

      ends(stream);
    }
  }

  @Test
  void gw44_anotherSitesPageFollowsNothing() throws Exception {
    String cookie = console.signIn(console.human("bob4", "dba-approvers"), LATER).cookie();

    assertThat(status(cookie, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"))
        .isEqualTo(403);
    assertThat(status(cookie, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"))
        .isEqualTo(403);
    assertThat(status(cookie, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"))
        .isEqualTo(200);
  }

  @Test
  void gw40_nobodyTakesThePlacesOfAllOthersPages() throws Exception {
    RunningConsole.Browser mallory = console.signIn(console.human("mallory", "nobody"), LATER);
    RunningConsole.Browser bob = console.signIn(console.human("bob5", "dba-approvers"), LATER);
    List<Following> taken = new ArrayList<>();
    try {
      for (int i = 0; i < 30; i++) {
        taken.add(Following.of(mallory.cookie()));
      }

      assertThat(status(mallory.cookie())).isEqualTo(503);
      assertThat(status(bob.cookie())).isEqualTo(200);
    } finally {
      taken.forEach(Following::close);
    }
  }

  @Test
  void whoseTimeIsOverIsLedToTheDoorAndBackToThePage() {
    RunningConsole.Browser bob = console.signIn(console.human("bob6", "dba-approvers"), LATER);

    HttpResponse<String> led =
        bob.part("/signed-out", "HX-Current-URL", console.url() + "/approvals?all=1#x");
    HttpResponse<String> foreign =
        bob.part("/signed-out", "HX-Current-URL", "https://evil.example/approvals");

    assertThat(led.headers().firstValue("HX-Redirect"))
        .contains("/sign-in?out=1&to=%2Fapprovals%3Fall%3D1");
    assertThat(foreign.headers().firstValue("HX-Redirect")).contains("/sign-in?out=1");
    assertThat(bob.get("/signed-out").headers().firstValue("Location")).contains("/sign-in?out=1");
  }
}
