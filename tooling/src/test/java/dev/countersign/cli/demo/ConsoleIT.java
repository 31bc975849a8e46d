package dev.countersign.cli.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.RequestOptions;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, with a real agent at psql. Without Chromium this is skipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
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
        },
        // Not in the common pool: what waits there holds up the gateway's own calls.
        Thread::startVirtualThread);
  }

  private static void has(Locator locator) {
    assertThat(locator.first())
        .isVisible(
            new LocatorAssertions.IsVisibleOptions().setTimeout((double) PATIENCE.toMillis()));
  }

  private static boolean isFocused(Locator locator) {
    return Boolean.TRUE.equals(locator.evaluate("row => row === document.activeElement"));
  }

  private static Locator open(Page page, String text) {
    return page.locator(".row .open", new Page.LocatorOptions().setHasText(text));
  }

  @Test
  void anApproverSeesARequestArriveAndSaysYesWithTheKeyboard() throws Exception {
    Page bob = browser.as("bob", "/approvals");
    Page elsewhere = bob.context().newPage();
    browser.open(elsewhere, "bob", "/access");
    CompletableFuture<String> agent =
        agentRuns("UPDATE orders SET status = 'returned' WHERE id = 7");

    Locator row = open(bob, "WHERE id = 7");
    has(row);
    await().atMost(PATIENCE).until(() -> bob.title().startsWith("(1)"));
    await().atMost(PATIENCE).until(() -> elsewhere.title().equals("(1) Access · Countersign"));
    elsewhere.close();
    bob.keyboard().press("j");
    bob.keyboard().press("Enter");
    has(bob.getByText("What will run, exactly"));
    has(bob.getByText("SQL-009"));
    has(bob.getByText("changing an order needs a second person"));
    bob.keyboard().press("a");
    // It waits a moment: a key that was meant for another page answers nothing.
    assertThat(bob.locator("button.yes")).isFocused();
    bob.keyboard().press("Enter");

    has(bob.getByText("Approved. Your answer is on the record."));
    assertThat(agent.get()).contains("UPDATE 1");
  }

  @Test
  void aNoNeedsAReasonAndTheAgentReadsIt() throws Exception {
    CompletableFuture<String> agent = agentRuns("DELETE FROM orders WHERE id = 8");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "WHERE id = 8"));
    bob.keyboard().press("j");
    while (!isFocused(open(bob, "WHERE id = 8"))) {
      bob.keyboard().press("j");
    }
    bob.keyboard().press("d");
    has(bob.getByText("What will run, exactly"));
    // A no says why, so that is where the key leads.
    assertThat(bob.locator("#comment")).isFocused();

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

    Page stranger = browser.window(new Browser.NewContextOptions());
    browser.open(stranger, "dana", link);

    has(stranger.getByText("What will run, exactly"));
    assertThat(stranger.url()).endsWith(link);
    stranger.fill("#comment", "no");
    stranger.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(stranger.getByText("Denied."));
    stranger.context().close();
    agent.join();
  }

  /**
   * Two clicks, or two strokes of Enter, of which the first opens the page and the second would
   * press what is under it there.
   */
  @Test
  void gw23_nobodysFingerIsPutOnAButtonFromElsewhere() {
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'lost' WHERE id = 13");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "WHERE id = 13"));
    String path = open(bob, "WHERE id = 13").getAttribute("href");
    browser.as("bob", "/sessions");

    bob.navigate(url(path + "#yes"));
    Object early = bob.evaluate("() => document.querySelector('button.yes').disabled");
    bob.keyboard().press("Enter");
    assertThat(bob.locator("button.yes")).isEnabled();
    bob.keyboard().press("Enter");
    assertThat(bob.locator("button.yes")).not().isFocused();
    bob.evaluate("() => window.dispatchEvent(new Event('focus'))");
    Object again = bob.evaluate("() => document.querySelector('button.yes').disabled");

    assertThat(early).isEqualTo(true);
    assertThat(again).isEqualTo(true);
    has(bob.getByText("If you say yes, exactly this text runs, once."));
    bob.fill("#comment", "no");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("Denied."));
    agent.join();
  }

  @Test
  void gw12_aPageLeavesTheScreenWhenItsReaderSignsOutElsewhere() {
    Page dana = browser.window(new Browser.NewContextOptions());
    browser.open(dana, "dana", "/access");
    Page other = dana.context().newPage();
    browser.open(other, "dana", "/approvals");

    other.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out")).click();

    has(other.getByText("You are signed out."));
    has(dana.getByText("You are signed out."));
    assertThat(dana.url()).endsWith("/sign-in?out=1&to=%2Faccess");
    // And nothing of it comes back.
    dana.goBack();
    assertThat(dana.locator("main h2").count()).isZero();
    dana.context().close();
  }

  /** First: a session is called after the client that opened it, which another test's may be. */
  @Test
  @Order(1)
  void gw21_whatAClusterIsAskedForAndWithIsText() throws Exception {
    Page audrey = browser.as("audrey", "/sessions");
    List<String> scripts = new CopyOnWriteArrayList<>();
    audrey.onDialog(dialog -> scripts.add(dialog.message()));
    String hostile = "<img src=x onerror=alert(6)><a hx-get=/evil hx-trigger=load>\u202e";
    String client = "kubectl/1 <script>alert(8)</script>\" hx-on:click=\"alert(9)";
    askCluster(
        "/api/v1/namespaces/%3Csvg%20onload=alert(7)%3E%22%20hx-get=%22evil/pods",
        client, Optional.empty());
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return askCluster(
                    "/api/v1/namespaces/prod/configmaps",
                    client,
                    Optional.of(
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
                            + "{\"name\":\"motd\",\"namespace\":\"prod\"},\"data\":{\"text\":\""
                            + hostile
                            + "\"}}"));
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            },
            Thread::startVirtualThread);

    Page bob = browser.as("bob", "/approvals");
    bob.onDialog(dialog -> scripts.add(dialog.message()));
    has(open(bob, "configmaps"));
    open(bob, "configmaps").first().click();
    has(bob.getByText("alert(6)"));
    has(bob.getByText("This text may deceive you."));
    browser.photograph("approval-kubernetes", "bob", URI.create(bob.url()).getPath());
    bob.fill("#comment", "no");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("Denied."));

    assertThat(waiting.get()).isEqualTo(403);
    browser.as("audrey", "/sessions?q=configmaps");
    has(audrey.getByText("<script>alert(8)</script>"));
    audrey.locator(".below .row .open").first().click();
    has(audrey.locator("#scenes").getByText("<script>alert(8)</script>"));
    has(audrey.locator("#scenes").getByText("<svg onload=alert(7)>"));
    has(audrey.locator("#scenes").getByText("alert(6)"));
    assertThat(audrey.locator("main [hx-get*=evil], main script, main img").count()).isZero();
    assertThat(audrey.locator("main [onload], main [onerror], main a[hx-get]").count()).isZero();
    assertThat(scripts).isEmpty();
  }

  @Test
  void anApproverSeesWhatAScaleChangesAndAnAuditorPlaysTheTerminal() throws Exception {
    Assumptions.assumeTrue(Kubectl.isInstalled(), "there is no kubectl on the PATH");
    Page bob = browser.as("bob", "/approvals");
    CompletableFuture<String> scale = kubectl("", "scale", "deployment", "web", "--replicas=5");

    has(open(bob, "deployments/web/scale"));
    open(bob, "deployments/web/scale").first().click();
    has(bob.getByText("What changes, by a dry run"));
    assertThat(bob.locator("pre.diff").first()).containsText("+    \"replicas\" : 5");
    browser.photograph("approval-scale", "bob", URI.create(bob.url()).getPath());
    bob.locator("button.yes").click();
    has(bob.getByText("Approved. Your answer is on the record."));
    assertThat(scale.get()).contains("deployment.apps/web scaled");

    assertThat(kubectl("whoami\nexit\n", "exec", "-i", "-n", "dev", "web-1", "--", "sh").get())
        .contains("root");
    assertThat(kubectl("", "delete", "ns", "prod").get()).contains("KUB-005");

    Page audrey = browser.as("audrey", "/sessions?q=exec");
    has(audrey.locator(".below .row .open"));
    audrey.locator(".below .row .open").first().click();
    has(audrey.locator("#scenes .terminal.typed").getByText("whoami"));
    has(audrey.locator("#scenes .terminal").getByText("root"));
    audrey.locator("#play").click();
    has(audrey.locator(".scene").last());
    browser.photograph("terminal", "audrey", URI.create(audrey.url()).getPath());
    for (String words : List.of("scale", "verb:delete", "namespaces", "whoami")) {
      audrey.navigate(world.running().api() + "/sessions?q=" + URLEncoder.encode(words, UTF_8));
      has(audrey.locator(".below .row .open"));
    }
  }

  /** What the agent's kubectl prints in the end. */
  private CompletableFuture<String> kubectl(String input, String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return world.kubectl().run(List.of(arguments), input).output();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        // Not in the common pool: what waits there holds up the gateway's own calls.
        Thread::startVirtualThread);
  }

  /** What a client does that is not kubectl. */
  private int askCluster(String path, String agent, Optional<String> body) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(KubeCaller.trusting(world.doorCertificate()))
            .build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(world.clusterUrl() + path))
              .header(
                  "Authorization",
                  "Bearer " + Files.readString(world.running().tokenFile("agent-7")).strip())
              .header("User-Agent", agent)
              .header("Content-Type", "application/json");
      body.ifPresent(text -> request.POST(HttpRequest.BodyPublishers.ofString(text)));
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }
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
  void anOfficerEndsASessionAndTheAgentIsTold() {
    CompletableFuture<String> agent = agentRuns("UPDATE orders SET status = 'kept' WHERE id = 12");
    // Other tests may have left sessions that wait: all are ended, this one among them.
    while (!agent.isDone()) {
      Page olivia = browser.as("olivia", "/sessions");
      if (olivia.locator("#live summary").count() > 0) {
        olivia.locator("#live summary").first().click();
        olivia.locator("#live [name=comment]").first().fill("runaway agent");
        olivia
            .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End the session"))
            .first()
            .click();
        has(olivia.getByText("The session is being ended."));
      }
    }
    assertThat(agent.join()).contains("by olivia: runaway agent");
  }

  @Test
  void anAuditorPlaysASession() throws Exception {
    agentRuns("SELECT name, email FROM customers ORDER BY id LIMIT 3").get();
    Page audrey = browser.as("audrey", "/sessions");
    audrey.fill("#q", "email");
    audrey.selectOption("#verdict", "mask");
    audrey.selectOption("#resource", "orders");
    audrey.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Search")).click();
    has(audrey.locator(".below .row .open"));
    assertThat(audrey.locator("#verdict")).hasValue("mask");
    audrey.locator(".below .row .open").first().click();

    has(audrey.locator(".scene .chip.mask"));
    has(audrey.locator("table.result td"));
    audrey.locator("#play").click();
    has(audrey.locator(".scene").last());
    audrey.locator("#all").click();
    assertThat(audrey.locator(".scene:visible").count()).isGreaterThan(3);
    aLinkLeadsToTheMoment(audrey);
    Download export = audrey.waitForDownload(() -> audrey.getByText("Export").click());
    assertThat(Files.readString(export.path())).contains("SELECT name, email FROM customers");
  }

  private static void aLinkLeadsToTheMoment(Page audrey) {
    audrey.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
    audrey.locator("#seek").fill("1");
    audrey.locator("#seek").dispatchEvent("input");
    audrey.locator("[data-copy-link]").click();
    has(audrey.getByText("Copied"));
    String link = (String) audrey.evaluate("() => navigator.clipboard.readText()");
    assertThat(link).endsWith("#at=1");
    audrey.navigate("about:blank");
    audrey.navigate(link);
    assertThat(audrey.locator("#clock")).containsText("0:00 of");
    assertThat(audrey.locator("#seek")).hasValue("1");
  }

  @Test
  void whoeverHasAccessGivesItBack() {
    Page dana = browser.as("dana", "/access");
    dana.selectOption("#resource", "orders");
    dana.fill("#reason", "TICKET-10");
    dana.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask")).click();
    has(dana.getByText("Access is granted."));
    has(dana.getByText("written by dana"));

    Locator row = dana.locator(".row", new Page.LocatorOptions().setHasText("TICKET-10")).first();
    row.locator("summary").click();
    row.locator("[name=comment]").fill("done");
    row.getByText("Revoke it").click();

    has(dana.getByText("The grant is revoked"));
    has(dana.locator(".below .row", new Page.LocatorOptions().setHasText("by dana: done")));
  }

  @Test
  void whoeverIsNobodySeesNothing() {
    Page nobody = browser.window(new Browser.NewContextOptions());
    for (String path :
        List.of("/approvals", "/sessions", "/policy", "/access", "/exceptions", "/evidence", "/")) {
      nobody.navigate(url(path));
      assertThat(nobody.url()).contains("/authorize?");
    }
    nobody.context().close();
  }

  @Test
  void twoOfficersMakeTwoPeopleSayYes() throws Exception {
    Page olivia = browser.as("olivia", "/policy");
    upload(olivia, "broken.xlsx", broken(), "Submit");
    has(olivia.getByText("not sound"));
    has(olivia.getByText("blok"));

    browser.as("olivia", "/policy");
    upload(olivia, "two.xlsx", askingTwo(), "Submit");
    has(olivia.getByText("You submitted it; another officer must put it in force."));
    has(olivia.locator("ins"));
    String version = URI.create(olivia.url()).getPath();

    Page oscar = browser.as("oscar", version);
    oscar.fill("#comment", "TICKET-12");
    long before = activations();
    oscar.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Put in force")).click();
    has(oscar.getByText("The version is in force."));
    await().atMost(PATIENCE).until(() -> activations() > before);

    CompletableFuture<String> agent = agentRuns("DELETE FROM orders WHERE id = 2999");
    Page bob = browser.as("bob", "/approvals");
    has(open(bob, "2999"));
    open(bob, "2999").click();
    has(bob.getByText("0 of 2 have said yes"));
    approve(bob);
    has(bob.getByText("Others have to say yes too."));
    Page dana = browser.as("dana", URI.create(bob.url()).getPath());
    has(dana.getByText("1 of 2 have said yes"));
    approve(dana);
    has(dana.getByText("Approved."));
    assertThat(agent.get()).doesNotContain("blocked");
    anotherGoesBackToTheFormerVersion(olivia);
  }

  /** How often the doors have begun to obey a version: they follow what is said in the console. */
  private long activations() {
    long count = 0;
    try (JournalReader reader = JournalReader.open(world.running().journal(), 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        if (next.get().event() instanceof Event.PolicyActivated) {
          count++;
        }
      }
    }
    return count;
  }

  private void anotherGoesBackToTheFormerVersion(Page olivia) {
    browser.as("olivia", "/policy");
    olivia.locator("aside .plain a[href^='/policy/']").nth(1).click();
    has(olivia.getByText("Roll back to it"));
    Download workbook = olivia.waitForDownload(() -> olivia.getByText("Download workbook").click());
    assertThat(workbook.suggestedFilename()).endsWith(".xlsx");
    olivia.fill("#comment", "TICKET-13");
    olivia.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back")).click();
    has(olivia.getByText("The version is in force."));
  }

  private static void approve(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve")).click();
  }

  private static void upload(Page page, String name, byte[] workbook, String button) {
    page.setInputFiles(
        "#workbook",
        new FilePayload(
            name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook));
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button)).click();
  }

  /** The demo's workbook with a verdict that there is not. */
  private byte[] broken() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var in = new ZipInputStream(new ByteArrayInputStream(workbook()));
        var zip = new ZipOutputStream(out)) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        zip.putNextEntry(new ZipEntry(entry.getName()));
        byte[] content = in.readAllBytes();
        zip.write(
            entry.getName().endsWith(".xml")
                ? new String(content, UTF_8).replace(">block<", ">blok<").getBytes(UTF_8)
                : content);
      }
    }
    return out.toByteArray();
  }

  private byte[] workbook() throws IOException {
    return Files.readAllBytes(world.running().directory().resolve("countersign.xlsx"));
  }

  /** The demo's workbook, but two people have to say yes to a deletion. */
  private byte[] askingTwo() throws IOException {
    Workbook now = (Workbook) WorkbookReader.read(workbook());
    List<SqlRow> rows =
        now.sql().stream().map(row -> row.id().equals("SQL-010") ? askingTwo(row) : row).toList();
    Path draft = world.running().directory().resolve("two.xlsx");
    WorkbookWriter.write(
        new Workbook(
            now.about(),
            rows,
            now.git(),
            now.kubernetes(),
            now.masking(),
            now.access(),
            now.risk(),
            now.lists(),
            now.tests()),
        draft);
    return Files.readAllBytes(draft);
  }

  private static SqlRow askingTwo(SqlRow row) {
    return new SqlRow(
        row.particulars(),
        row.scope(),
        row.actions(),
        row.object(),
        row.condition(),
        new Ruling.Approve(List.of("dba-approvers"), 2, Duration.ofMinutes(15)));
  }

  @Test
  void nobodyAnswersForThemselves(@TempDir Path folder) throws Exception {
    Page bob = browser.as("bob", "/access");
    bob.selectOption("#resource", "payments");
    bob.fill("#reason", "<b>TICKET</b>-7");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask")).click();
    has(bob.getByText("Access is granted."));
    has(bob.getByText("<b>TICKET</b>-7"));

    CompletableFuture<String> push = bobPushes(folder, "Fix <img src=x onerror=alert(5)>");
    browser.as("bob", "/approvals");
    has(bob.getByText("not yours to answer"));
    open(bob, "refs/heads/main").first().click();
    has(bob.getByText("Not yours to answer: nobody may answer a request of their own."));
    has(bob.getByText("Fix <img src=x onerror=alert(5)>"));
    has(bob.locator(".diff .added"));
    browser.photograph("approval-push", "dana", URI.create(bob.url()).getPath());
    assertThat(bob.locator("button.yes").count()).isZero();
    assertThat(bob.locator("main img").count()).isZero();

    Page dana = browser.as("dana", URI.create(bob.url()).getPath());
    has(dana.getByText("What will run, exactly"));
    approve(dana);
    has(dana.getByText("Approved."));
    assertThat(push.get()).contains("main").doesNotContain("rejected");
    anAuditorPlaysThePush();
  }

  private void anAuditorPlaysThePush() {
    Page audrey = browser.as("audrey", "/sessions?q=verb:fast-forward");
    has(audrey.locator(".below .row .open"));
    audrey.locator(".below .row .open").first().click();
    has(audrey.locator(".scene .commits"));
    assertThat(audrey.locator(".scene .commits").first())
        .containsText("Fix <img src=x onerror=alert(5)>");
    assertThat(audrey.locator(".scene .files").first()).containsText("NOTES");
    has(audrey.locator(".scene .diff .added"));
    assertThat(audrey.locator("main img").count()).isZero();
    assertThat(audrey.locator("#scenes")).not().containsText(" rows");
    audrey.locator("#scenes a[href^='/approvals/']").first().click();
    has(audrey.getByText("What will run, exactly"));
    audrey.goBack();
    browser.photograph("push", "audrey", URI.create(audrey.url()).getPath());
  }

  private CompletableFuture<String> bobPushes(Path folder, String message) throws Exception {
    Optional<Path> certificate = Optional.of(world.running().directory().resolve("door.crt"));
    Optional<Path> token = Optional.of(world.running().tokenFile("bob"));
    Path work = folder.resolve("payments");
    new Git(folder, token, certificate).must("clone", "-q", world.gitUrl(), work.toString());
    Git git = new Git(work, token, certificate);
    Files.writeString(work.resolve("NOTES"), "one more line\n");
    git.must("add", "-A");
    git.must("commit", "-q", "-m", message);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return git.run(List.of("push", "origin", "HEAD:main")).output();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        // Not in the common pool: what waits there holds up the gateway's own calls.
        Thread::startVirtualThread);
  }

  @Test
  void anOfficerTriesACommandAndAnAuditorTakesEvidenceAway() {
    Page audrey = browser.as("audrey", "/policy");
    audrey.fill("#command", "DROP TABLE orders");
    audrey.selectOption("#on", "orders");
    audrey
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("What would happen?"))
        .click();
    has(audrey.getByText("production schema changes need a ticket"));

    browser.as("audrey", "/evidence");
    has(audrey.getByText("Access enforcement"));
    Download evidence =
        audrey.waitForDownload(
            () ->
                audrey
                    .getByRole(
                        AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Download package"))
                    .click());
    assertThat(evidence.suggestedFilename()).startsWith("evidence-").endsWith(".zip");
    audrey
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify the journal"))
        .click();
    has(audrey.getByText("is as it was written"));
  }

  @Test
  void anOfficerSeesWhichResourcesAnswer() {
    Page olivia = browser.as("olivia", "/access");

    has(olivia.locator("li:has-text('orders') .chip.good"));
  }

  private static final List<String> WORK =
      List.of(
          "SELECT status FROM orders ORDER BY id LIMIT 2",
          "SELECT count(*) FROM orders",
          "SELECT status, count(*) FROM orders GROUP BY status",
          "SELECT name, email FROM customers ORDER BY id LIMIT 3",
          "SELECT email FROM customers WHERE id = 3",
          "DROP TABLE payments",
          "DELETE FROM orders");

  /** What axe-core finds serious, on every page there is, and how wide each is on a phone. */
  @Test
  void everyPageIsAccessibleAndFitsAPhone() throws Exception {
    for (String sql : WORK) {
      agentRuns(sql).get();
    }
    CompletableFuture<String> agent =
        agentRuns(
            "UPDATE orders SET status = 'shipped'\nWHERE id BETWEEN 2990 AND 2998\n"
                + "  AND status = 'paid' -- TICKET-4711");
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
            "/",
            "/approvals",
            "/sessions",
            session,
            "/access",
            "/exceptions",
            "/policy",
            version,
            "/evidence")) {
      browser.as("olivia", path);
      faults.addAll(ConsoleBrowser.faults(olivia, path));
    }
    for (String path : List.of("/approvals", approval)) {
      browser.as("bob", path);
      faults.addAll(ConsoleBrowser.faults(bob, path));
    }
    faults.addAll(faultsOfWhatFormsLeadTo());
    assertThat(faults).isEmpty();

    browser.photograph("approvals", "bob", "/approvals");
    browser.photograph("approval", "bob", approval);
    // psql does not wait for ever.
    browser.as("bob", approval);
    bob.fill("#comment", "only to be looked at");
    bob.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny")).click();
    has(bob.getByText("Denied."));
    agent.join();
    browser.photograph("answered", bob);
    browser.photograph("nowhere", "bob", "/nowhere");
    for (String page : List.of("sessions", "access", "exceptions", "policy", "evidence")) {
      browser.photograph(page, "olivia", "/" + page);
    }
    browser.photograph("grant", "dana", grant("dana"));
    browser.photograph("overview", "olivia", "/");
    browser.photograph("replay", "olivia", session);
    browser.photograph("version", "olivia", version);
  }

  /** A grant, a workbook with faults, a command that was tried, and the door. */
  private List<String> faultsOfWhatFormsLeadTo() throws Exception {
    Page dana = browser.as("dana", "/access");
    dana.selectOption("#resource", "orders");
    dana.fill("#reason", "TICKET-9");
    dana.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask")).click();
    has(dana.getByText("Access is granted."));
    browser.as("dana", grant("dana"));
    List<String> faults = new ArrayList<>(ConsoleBrowser.faults(dana, "a grant"));
    Page oscar = browser.as("oscar", "/policy");
    upload(oscar, "broken.xlsx", broken(), "Look at it");
    has(oscar.getByText("not sound"));
    faults.addAll(ConsoleBrowser.faults(oscar, "a workbook with faults"));
    browser.photograph("draft", oscar);
    browser.as("oscar", "/policy");
    oscar.fill("#command", "DELETE FROM customers");
    oscar
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("What would happen?"))
        .click();
    has(oscar.getByText("Rows that match"));
    faults.addAll(ConsoleBrowser.faults(oscar, "a command that was tried"));
    browser.photograph("tried", oscar);
    Page nobody = browser.window(new Browser.NewContextOptions());
    nobody.navigate(url("/sign-in?out=1"));
    has(nobody.getByText("You are signed out."));
    faults.addAll(ConsoleBrowser.faults(nobody, "the door"));
    browser.photograph("door", nobody);
    nobody.context().close();
    return faults;
  }

  private String grant(String who) {
    return browser.as(who, "/access").locator("a[href^='/access/']").first().getAttribute("href");
  }

  @Test
  void theFirstPageIsSmall() {
    Page alone = browser.window(new Browser.NewContextOptions());
    List<Request> finished = new CopyOnWriteArrayList<>();
    // All but the stream of changes, which never ends; the issuer's page is among them.
    alone.onRequestFinished(finished::add);
    browser.open(alone, "bob", "/approvals");
    alone.waitForLoadState(LoadState.LOAD);
    long bytes =
        finished.stream()
            .map(Request::sizes)
            .mapToLong(size -> size.responseBodySize + size.responseHeadersSize)
            .sum();
    assertThat(finished).isNotEmpty();
    assertThat(bytes).isLessThan(100_000);
    alone.context().close();
  }
}
