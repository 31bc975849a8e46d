package dev.countersign.cli.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import dev.countersign.cli.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final Duration PATIENCE = Duration.ofSeconds(90);

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
        },
        // Not in the common pool: what waits there holds up the gateway's own calls.
        Thread::startVirtualThread);
  }

  private static void has(Locator locator) {
    assertThat(locator.first())
        .isVisible(
            new LocatorAssertions.IsVisibleOptions().setTimeout((double) PATIENCE.toMillis()));
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
    has(bob.getByText("What will run, exactly"));
    has(bob.getByText("SQL-009"));
    has(bob.getByText("changing an order needs a second person"));
    bob.keyboard().press("a");
    bob.keyboard().press("Enter");

    has(bob.getByText("Approved. Your answer is on the record."));
    assertThat(agent.get()).contains("UPDATE 1");
  }

  @Test
  void gw21_whatAnAgentWritesIsTextAndHidesNothing() {
    Page bob = browser.as("bob", "/approvals");
    List<String> scripts = new ArrayList<>();
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
                RequestOptions.create()
                    .setHeader("Origin", "https://evil.example")
                    .setForm(FormData.create().set("token", "x")));
    assertThat(foreign.status()).isEqualTo(403);
    var untold =
        bob.context()
            .request()
            .post(
                url(path + "/approve"),
                RequestOptions.create()
                    .setHeader("Origin", world.running().api().toString())
                    .setForm(FormData.create().set("token", "x")));
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

  /** What axe-core finds serious, on every page there is, and how wide each is on a phone. */
  @Test
  void everyPageIsAccessibleAndFitsAPhone() throws Exception {
    agentRuns("SELECT status FROM orders ORDER BY id LIMIT 2").get();
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'x' WHERE id = 2998");
    Page olivia = browser.as("olivia", "/sessions");
    String session = olivia.locator(".below a.open").first().getAttribute("href");
    browser.as("olivia", "/policy");
    String version = olivia.locator("aside a[href^='/policy/']").first().getAttribute("href");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "2998"));
    String approval = open(bob, "2998").getAttribute("href");

    List<String> faults = new ArrayList<>();
    for (String path :
        List.of(
            "/", "/approvals", "/sessions", session, "/access", "/policy", version, "/evidence")) {
      browser.as("olivia", path);
      faults.addAll(ConsoleBrowser.faults(olivia, path));
    }
    for (String path : List.of("/approvals", approval)) {
      browser.as("bob", path);
      faults.addAll(ConsoleBrowser.faults(bob, path));
    }
    assertThat(faults).isEmpty();

    browser.photograph("approvals", "bob", "/approvals");
    browser.photograph("approval", "bob", approval);
    for (String page : List.of("sessions", "access", "policy", "evidence")) {
      browser.photograph(page, "olivia", "/" + page);
    }
    browser.photograph("overview", "olivia", "/");
    browser.photograph("replay", "olivia", session);
    browser.photograph("version", "olivia", version);
    browser.as("bob", approval);
    bob.fill("#comment", "only to be looked at");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("Denied."));
    agent.join();
  }
}
