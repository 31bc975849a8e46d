package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody tries who writes what the console shows, or sends what it did not ask for. */
final class ConsoleAttackIT {

  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private static final String FORM = "application/x-www-form-urlencoded";

  /** Ways into markup, and characters that change what is seen. */
  private static final String HOSTILE =
      "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg/onload=alert(3)>"
          + "</textarea></pre></title><iframe srcdoc=x>{{7*7}}${7*7}\" onfocus=alert(4) x=\""
          + "javascript:alert(5)\u202egnp\u200b\u0007\u001b[2J&lt;b&gt;";

  private static RunningConsole console;

  @BeforeAll
  static void open() throws IOException {
    console = new RunningConsole(RunningConsole.LATELY);
  }

  @AfterAll
  static void close() throws IOException {
    console.close();
  }

  private static Subject hostileAgent() {
    return new Subject(
        console.issuerUrl(),
        "agent-x",
        HOSTILE,
        Subject.Kind.AGENT,
        Set.of("agents"),
        Optional.of(HOSTILE));
  }

  /** No tag of it is a tag, and no attribute of it an attribute. */
  private static void isNoMarkup(String page) {
    assertThat(page)
        .doesNotContain("<img", "<script>", "<svg/", "<iframe", "</textarea></pre>")
        .doesNotContainPattern("<[a-z][^<>]*[\"'] onfocus=")
        .doesNotContainPattern("(?i)href=\"javascript:");
  }

  /** And no character of it is invisible. */
  private static void isText(String page) {
    isNoMarkup(page);
    assertThat(page).doesNotContain("\u202e", "\u200b", "\u0007", "\u001b");
  }

  private static void isShownAsText(String page) {
    isText(page);
    assertThat(page).contains("&lt;script&gt;alert(2)");
  }

  private static RunningConsole.Browser as(String name, String group) {
    return console.signIn(console.human(name, group), LATER);
  }

  private static void record(String session, Event... events) {
    long sequence = 1;
    for (Event event : events) {
      console.recorded.add(
          new RecordedEvent(
              sequence,
              sequence,
              Instant.parse("2026-01-01T00:00:00Z").plusSeconds(sequence),
              event));
      sequence++;
    }
    assertThat(session).isNotEmpty();
  }

  private static Event.CommandDecided decided(SessionId id, long command, CommandFacts facts) {
    return new Event.CommandDecided(
        id,
        command,
        HOSTILE,
        List.of(Optional.of(HOSTILE), Optional.empty()),
        facts,
        Verdict.BLOCK,
        "v1",
        List.of(MatchedRow.builtIn(HOSTILE, HOSTILE, HOSTILE, HOSTILE)));
  }

  @Test
  void gw21_aRecordingIsTextWhateverWasRecorded() {
    SessionId id = new SessionId("s-hostile");
    RefUpdate push =
        new RefUpdate(
            "refs/heads/" + HOSTILE,
            RefUpdate.Change.FORCE,
            new RefUpdate.Commits(
                1,
                0,
                false,
                Set.of(HOSTILE),
                Set.of(HOSTILE),
                List.of(HOSTILE),
                List.of(new RefUpdate.Commits.Commit(HOSTILE, HOSTILE, HOSTILE))),
            List.of(
                new RefUpdate.PathChange(
                    HOSTILE,
                    RefUpdate.PathChange.Status.ADDED,
                    RefUpdate.PathChange.Content.SYMLINK,
                    3,
                    1,
                    0)),
            List.of(new RefUpdate.Secret(HOSTILE, HOSTILE, HOSTILE)),
            Set.of(HOSTILE));
    record(
        "s-hostile",
        new Event.SessionOpened(
            id, hostileAgent(), HOSTILE, Map.of(HOSTILE, HOSTILE), HOSTILE, HOSTILE),
        decided(id, 1, new CommandFacts.Sql(List.of(), false)),
        decided(id, 2, new CommandFacts.Git(List.of(push))),
        new Event.ApprovalRequested(id, 2, "A-0", "d", LATER),
        new Event.ApprovalAnswered(
            id,
            2,
            HOSTILE,
            Event.ApprovalAnswered.Answer.DENIED,
            Optional.of(hostileAgent()),
            HOSTILE),
        new Event.ContentRecorded(
            id,
            1,
            Event.ContentRecorded.Stream.ROWS,
            "[\"<script>alert(2)</script>\",null]\n" + HOSTILE),
        new Event.ContentRecorded(id, 1, Event.ContentRecorded.Stream.OUTPUT, HOSTILE),
        new Event.ContentRecorded(id, 1, Event.ContentRecorded.Stream.INPUT, HOSTILE),
        new Event.ContentRecorded(id, 1, Event.ContentRecorded.Stream.REQUEST_BODY, HOSTILE),
        new Event.ContentRecorded(id, 2, Event.ContentRecorded.Stream.REPORT, HOSTILE),
        new Event.SessionClosed(id, HOSTILE, 2));
    RunningConsole.Browser audrey = as("audrey", "auditors");

    String page = audrey.get("/sessions/s-hostile").body();

    isShownAsText(page);
    assertThat(page)
        .contains("class=\"commits\"", "class=\"files\"", "symbolic link", "class=\"secrets\"")
        .contains("The difference that approvers were shown is no longer kept.");
    isText(audrey.part("/sessions/s-hostile/more?after=0").body());
    isText(audrey.get("/").body());
  }

  @Test
  void gw21_aRequestIsTextWhateverIsAskedForByWhomever() {
    Subject agent = hostileAgent();
    String id =
        console
            .approvals
            .request(
                new FrozenCommand(
                    HOSTILE,
                    List.of(
                        new FrozenCommand.Parameter(
                            25,
                            0,
                            Optional.of(
                                HexFormat.of()
                                    .formatHex(HOSTILE.getBytes(StandardCharsets.UTF_8))))),
                    "orders",
                    agent,
                    "v1"),
                "s-asks",
                new ApprovalDemand(Set.of(Set.of("dba-approvers")), 2, Duration.ofMinutes(15)),
                List.of(MatchedRow.builtIn(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
                List.of(
                    new Exhibit(HOSTILE, Exhibit.Format.TEXT, HOSTILE),
                    new Exhibit(HOSTILE, Exhibit.Format.DIFF, "diff --git\n+" + HOSTILE),
                    new Exhibit(HOSTILE, Exhibit.Format.TABLE, "[{\"a\":\"<img src=x>\"}]"),
                    new Exhibit(HOSTILE, Exhibit.Format.TABLE, HOSTILE)))
            .id();
    RunningConsole.Browser bob = as("bob", "dba-approvers");

    isShownAsText(bob.get("/approvals").body());
    String page = bob.get("/approvals/" + id).body();
    isShownAsText(page);
    assertThat(page).contains("This text may deceive you.", "\\u{202e}", "0 of 2 have said yes");
    isText(bob.part("/approvals/" + id).body());
  }

  @Test
  void gw21_whatIsWrittenIntoFormsAndAddressesIsText() {
    RunningConsole.Browser olivia = as("olivia", "compliance-officers");
    String hostile = URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8);

    isNoMarkup(olivia.get("/sessions?q=" + hostile + "&days=" + hostile).body());
    isNoMarkup(olivia.part("/sessions?q=" + hostile).body());
    isNoMarkup(
        olivia
            .get("/evidence?from=" + hostile + "&until=" + hostile + "&controls=" + hostile)
            .body());
    isNoMarkup(olivia.get("/access?done=" + hostile).body());
    isNoMarkup(olivia.get("/sign-in?out=1&to=" + hostile).body());
    isNoMarkup(olivia.get("/nowhere/" + hostile).body());
    isNoMarkup(olivia.get("/approvals/" + hostile).body());
    isNoMarkup(
        olivia
            .post(
                "/policy/try",
                FORM,
                "token=%s&resource=orders&groups=%s&command=%s"
                    .formatted(olivia.formToken(), hostile, hostile))
            .body());
    isNoMarkup(
        olivia
            .post(
                "/access",
                FORM,
                "token=%s&resource=orders&minutes=30&reason=%s&tables=%s"
                    .formatted(olivia.formToken(), hostile, hostile))
            .body());
    isText(olivia.get("/access").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/%2f%2fevil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: countersign=x",
        "@evil.example",
        ".evil.example",
        ""
      })
  void gw12_nobodyIsSentElsewhereAfterSigningIn(String to) {
    RunningConsole.Browser bob = as("bob", "dba-approvers");

    String door = "/sign-in?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);

    assertThat(bob.signIn(door, "bob")).isEqualTo("/");
  }

  @Test
  void aLinkToASearchIsKeptWhileSigningIn() {
    RunningConsole.Browser bob = as("bob", "dba-approvers");

    assertThat(bob.signIn("/sign-in?to=/sessions%3Fq%3Dverdict:BLOCK%26days%3D30", "bob"))
        .isEqualTo("/sessions?q=verdict:BLOCK&days=30");
  }

  private static HttpResponse<String> bare(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(console.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }

  @Test
  void gw12_signingOutEndsTheSessionForWhoeverHasItsCookie() throws Exception {
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String stolen = bob.cookie();
    assertThat(bare("/access", "Cookie", stolen).statusCode()).isEqualTo(200);

    bob.post("/sign-out", FORM, "token=" + bob.formToken());

    assertThat(bare("/access", "Cookie", stolen).statusCode()).isEqualTo(303);
    assertThat(bare("/live", "Cookie", stolen).statusCode()).isEqualTo(204);
  }

  @Test
  void gw12_aSessionThatSomebodyPlantedIsNotTheOneOfWhoeverSignsIn() throws Exception {
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String planted = bob.cookie();

    bob.signIn("/sign-in?to=/access", "bob");

    assertThat(bob.cookie()).isNotEqualTo(planted);
    assertThat(bare("/access", "Cookie", planted).statusCode()).isEqualTo(303);
    // Two of one name: one of them is not from here.
    assertThat(bare("/access", "Cookie", bob.cookie() + "; " + planted).statusCode())
        .isEqualTo(303);
  }

  @Test
  void gw44_nothingIsFollowedWithoutASession() throws Exception {
    HttpResponse<String> live = bare("/live");
    assertThat(live.statusCode()).isEqualTo(204);
    assertThat(live.body()).isEmpty();
    for (String path : List.of("/sessions/live", "/sessions/s-1/more?after=0", "/access/health")) {
      HttpResponse<String> part = bare(path, "HX-Request", "true");
      assertThat(part.statusCode()).as(path).isEqualTo(204);
      assertThat(part.headers().firstValue("HX-Redirect")).contains("/sign-in");
    }
  }

  @Test
  void gw44_noPageIsFramedOrKept() throws Exception {
    RunningConsole.Browser olivia = as("olivia", "compliance-officers");
    for (HttpResponse<String> page :
        List.of(
            olivia.get("/"),
            olivia.get("/approvals"),
            olivia.get("/sessions"),
            olivia.part("/sessions?q=x"),
            olivia.get("/access"),
            olivia.get("/policy"),
            olivia.get("/evidence"),
            olivia.get("/nowhere"),
            olivia.get("/approvals/A-NOTHING"),
            olivia.post("/access", FORM, "token=x"),
            bare("/sign-in?out=1"),
            bare("/access"))) {
      assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(page.uri().toString())
          .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
          .doesNotContain("unsafe");
      assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
      assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(page.headers().firstValue("Referrer-Policy")).contains("same-origin");
    }
  }

  /** A page, and what it answers to an auditor, an officer, an approver and anybody else. */
  private record Right(String path, int auditor, int officer, int approver, int anybody) {}

  @Test
  void gw44_nobodyGetsAnothersPagesByTheirAddresses() {
    record(
        "s-of-alice",
        new Event.SessionOpened(
            new SessionId("s-of-alice"),
            console.agent("agent-7", "alice"),
            "orders",
            Map.of(),
            "127.0.0.1",
            "psql"));
    String approval =
        console
            .approvals
            .request(
                new FrozenCommand(
                    "SELECT 1", List.of(), "orders", console.agent("agent-7", "alice"), "v1"),
                "s-of-alice",
                new ApprovalDemand(Set.of(Set.of("dba-approvers")), 1, Duration.ofMinutes(15)),
                List.of(MatchedRow.builtIn("SQL-1", "SELECT", "reading", "")),
                List.of())
            .id();
    for (Right right :
        List.of(
            new Right("/", 200, 200, 303, 303),
            new Right("/approvals", 200, 200, 200, 200),
            new Right("/approvals/" + approval, 200, 200, 200, 404),
            new Right("/sessions", 200, 200, 200, 200),
            new Right("/sessions/s-of-alice", 200, 200, 404, 404),
            new Right("/sessions/s-of-alice/more?after=0", 200, 200, 404, 404),
            new Right("/sessions/s-of-alice/export", 200, 200, 404, 404),
            new Right("/access", 200, 200, 200, 200),
            new Right("/access/health", 200, 403, 403, 403),
            new Right("/access/G-NOTHING", 404, 404, 404, 404),
            new Right("/policy", 200, 200, 403, 403),
            new Right("/policy/0000", 404, 404, 403, 403),
            new Right("/policy/0000/workbook", 404, 404, 403, 403),
            new Right("/evidence", 200, 200, 403, 403))) {
      assertThat(
              List.of(
                  as("audrey", "auditors").get(right.path()).statusCode(),
                  as("olivia", "compliance-officers").get(right.path()).statusCode(),
                  as("bob", "dba-approvers").get(right.path()).statusCode(),
                  as("mallory", "nobody").get(right.path()).statusCode()))
          .as(right.path())
          .containsExactly(right.auditor(), right.officer(), right.approver(), right.anybody());
    }
  }
}
