package dev.countersign.cli.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import dev.countersign.cli.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, with a real agent at psql. Without Chromium this is skipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private DemoWorld world;
  private ConsoleBrowser browser;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Optional<Path> chromium = ConsoleBrowser.chromium();
    Assumptions.assumeTrue(chromium.isPresent(), "there is no Chromium on the PATH");
    world =
        DemoWorld.start(
            folder.resolve("demo"),
            new DemoChoices(false, Configuration.Source.VERSIONS, Optional.empty()),
            new Progress(new PrintWriter(new StringWriter())));
    browser = new ConsoleBrowser(world.running().api(), chromium.get());
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (world != null) {
      world.close();
    }
  }

  /** What the agent's psql prints in the end. */
  private CompletableFuture<String> agentRuns(String sql) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return world.agent().run(sql).output();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  private static void has(Locator locator) {
    assertThat(locator.first())
        .isVisible(
            new com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions()
                .setTimeout(PATIENCE.toMillis()));
  }

  private static Locator open(Page page, String text) {
    return page.locator(".row .open", new Page.LocatorOptions().setHasText(text));
  }

  @Test
  void anApproverSeesARequestArriveAndSaysYesWithTheKeyboard() throws Exception {
    Page bob = browser.as("bob", "/approvals");
    CompletableFuture<String> agent =
        agentRuns("UPDATE orders SET status = 'returned' WHERE id = 7");

    Locator row = open(bob, "WHERE id = 7");
    has(row);
    await().atMost(PATIENCE).until(() -> bob.title().startsWith("(1)"));
    bob.keyboard().press("j");
    bob.keyboard().press("Enter");
    has(bob.getByText("SQL-009"));
    has(bob.getByText("changing an order needs a second person"));
    bob.keyboard().press("a");
    bob.keyboard().press("Enter");

    has(bob.getByText("Approved. Your answer is on the record."));
    assertThat(agent.get()).contains("UPDATE 1");
  }

  @Test
  void aNoNeedsAReasonAndTheAgentReadsIt() throws Exception {
    CompletableFuture<String> agent = agentRuns("DELETE FROM orders WHERE id = 8");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "WHERE id = 8"));
    open(bob, "WHERE id = 8").click();

    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("a no says why"));
    bob.fill("#comment", "orders are kept for ten years");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();

    has(bob.getByText("Denied. The agent reads your reason."));
    assertThat(agent.get()).contains("orders are kept for ten years");
  }

  @Test
  void aLinkLandsAtTheRequestAfterSigningIn() {
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'lost' WHERE id = 9");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "WHERE id = 9"));
    String link = open(bob, "WHERE id = 9").getAttribute("href");

    Page stranger = browser.window(new com.microsoft.playwright.Browser.NewContextOptions());
    browser.open(stranger, "dana", link);

    has(stranger.getByText("What will run, exactly"));
    assertThat(stranger.url()).endsWith(link);
    stranger.fill("#comment", "no");
    stranger.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(stranger.getByText("Denied."));
    stranger.context().close();
    agent.join();
  }

  @Test
  void gw21_whatAnAgentWritesIsTextAndHidesNothing() {
    Page bob = browser.as("bob", "/approvals");
    List<String> scripts = new java.util.ArrayList<>();
    bob.onDialog(dialog -> scripts.add(dialog.message()));
    String payload =
        "UPDATE orders SET status = '<img src=x onerror=alert(1)>"
            + "<script>alert(2)</script>\u202e\u200bp\u0430ypal' /*\"'><svg onload=alert(3)>*/"
            + " WHERE id = 10";
    CompletableFuture<String> agent = agentRuns(payload);
    has(open(bob, "<script>alert(2)</script>"));
    open(bob, "<script>alert(2)</script>").click();

    has(bob.getByText("This text may deceive you."));
    assertThat(bob.locator("pre.code").first()).containsText("<script>alert(2)</script>");
    assertThat(bob.locator("mark.escape", new Page.LocatorOptions().setHasText("202e")).first())
        .isVisible();
    assertThat(bob.locator("pre.code").first()).containsText("\\u{200b}p\\u{430}ypal");
    bob.fill("#comment", "\"><script>alert(4)</script>");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("<script>alert(4)</script>"));
    assertThat(bob.locator("main script, main img, main svg[onload]").count()).isZero();
    assertThat(scripts).isEmpty();
    agent.join();
  }

  @Test
  void gw23_aGetAnswersNothingAndAForeignFormNeither() throws Exception {
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'new' WHERE id = 11");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "WHERE id = 11"));
    String path = open(bob, "WHERE id = 11").getAttribute("href");

    Response got = bob.navigate(url(path + "/approve"));
    assertThat(got.status()).isEqualTo(400);
    var foreign =
        bob.context()
            .request()
            .post(
                url(path + "/approve"),
                com.microsoft.playwright.options.RequestOptions.create()
                    .setHeader("Origin", "https://evil.example")
                    .setForm(com.microsoft.playwright.options.FormData.create().set("token", "x")));
    assertThat(foreign.status()).isEqualTo(403);
    var untold =
        bob.context()
            .request()
            .post(
                url(path + "/approve"),
                com.microsoft.playwright.options.RequestOptions.create()
                    .setHeader("Origin", world.running().api().toString())
                    .setForm(com.microsoft.playwright.options.FormData.create().set("token", "x")));
    assertThat(untold.status()).isEqualTo(403);

    browser.as("bob", path);
    bob.fill("#comment", "no");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    assertThat(agent.get()).contains("ERROR");
  }

  private String url(String path) {
    URI api = world.running().api();
    return api.resolve(path).toString();
  }

  @Test
  void anOfficerEndsASessionAndTheAgentIsTold() {
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'kept' WHERE id = 12");
    Page olivia = browser.as("olivia", "/sessions");
    Locator end = olivia.locator("#live summary").first();
    has(end);
    end.click();
    olivia.locator("#live [name=comment]").first().fill("runaway agent");
    olivia
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End the session"))
        .first()
        .click();
    has(olivia.getByText("The session is being ended."));
    assertThat(agent.join()).contains("by olivia: runaway agent");
  }

  @Test
  void anAuditorPlaysASession() throws Exception {
    agentRuns("SELECT name, email FROM customers ORDER BY id LIMIT 3").get();
    Page audrey = browser.as("audrey", "/sessions?q=email");
    has(audrey.locator(".below .row .open"));
    audrey.locator(".below .row .open").first().click();

    has(audrey.locator(".scene .chip.mask"));
    has(audrey.locator("table.result td"));
    audrey.locator("#play").click();
    has(audrey.locator("#play", new Page.LocatorOptions().setHasText("Pause")));
    audrey.locator("#all").click();
    assertThat(audrey.locator(".scene:visible").count()).isGreaterThan(3);
  }

  @Test
  void whoeverIsNobodySeesNothing() {
    Page nobody = browser.window(new com.microsoft.playwright.Browser.NewContextOptions());
    for (String path : List.of("/approvals", "/sessions", "/policy", "/access", "/evidence", "/")) {
      nobody.navigate(url(path));
      assertThat(nobody.url()).contains("/authorize?");
    }
    nobody.context().close();
  }
}
