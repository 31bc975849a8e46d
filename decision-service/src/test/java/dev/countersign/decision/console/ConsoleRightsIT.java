package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.PreApprovalResult;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the console shows to whom, and what is on the record of that. */
final class ConsoleRightsIT {

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

  private static void record(String session, Subject subject) {
    SessionId id = new SessionId(session);
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    console.recorded.add(
        new RecordedEvent(
            1,
            1,
            time,
            new Event.SessionOpened(id, subject, "orders", Map.of(), "127.0.0.1", "psql")));
    console.recorded.add(
        new RecordedEvent(
            2,
            2,
            time.plusSeconds(1),
            new Event.CommandDecided(
                id,
                1,
                "SELECT secret",
                List.of(),
                new CommandFacts.Sql(List.of(), false),
                Verdict.ALLOW,
                "v1",
                List.of(MatchedRow.builtIn("SQL-1", "SELECT", "reading", "")))));
  }

  private static String name(String id) {
    return id + " of " + console.issuerUrl();
  }

  @Test
  void gw40_whoComesToSignInTooOftenIsToldToWait() throws Exception {
    try (RunningConsole busy = new RunningConsole()) {
      InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
      boolean tired = false;
      while (!tired) {
        tired = busy.strangers.take(here).isPresent();
      }

      for (String path : List.of("/sign-in?to=/access", "/sign-in/callback?code=a&state=b")) {
        HttpResponse<String> response = busy.stranger(path);

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).contains("Try again in");
      }
    }
  }

  private static Approvals.Pending ask(Subject agent, String sql, int quorum) {
    return console.approvals.request(
        new FrozenCommand(sql, List.of(), "orders", agent, console.policy.current().id()),
        "s-asks",
        new ApprovalDemand(
            Set.of(Set.of("dba-approvers")),
            quorum,
            Duration.ofMinutes(30),
            Optional.of(new PreApprovalTerms(Duration.ofHours(4), false))),
        List.of(MatchedRow.builtIn("SQL-5", "UPDATE", "changes need a yes", "")),
        List.of(),
        Optional.of(new Fingerprints(Fingerprints.digest(List.of(sql)), Optional.empty())));
  }

  @Test
  void gw20_whatWeighsMoreStandsBeforeWhatIsNewer() {
    Subject agent = console.agent("agent-20", "alice");
    ask(agent, "UPDATE heavy", 2);
    ask(agent, "UPDATE trivial", 1);

    String inbox =
        console.signIn(console.human("bob", "dba-approvers"), LATER).get("/approvals").body();

    assertThat(inbox.indexOf("UPDATE heavy"))
        .isPositive()
        .isLessThan(inbox.indexOf("UPDATE trivial"));
  }

  @Test
  void gw44_aYesBeforehandIsSeenByItsApproversAndTakenBackWithAReason() {
    Subject agent = console.agent("agent-21", "alice");
    var asked = ask(agent, "UPDATE nightly SET <b> = 1", 1);
    var wish =
        (PreApprovalResult.Asked)
            console.preApprovals.request(asked.id(), agent, Duration.ofHours(1), "clean <i>up");
    String path = "/exceptions/" + wish.preApproval().id() + "/revoke";
    var mallory = console.signIn(console.human("mallory", "nobody"), LATER);
    assertThat(mallory.get("/exceptions").body()).doesNotContain("nightly", "Emergencies");
    assertThat(mallory.post(path, FORM, "comment=mine&token=" + mallory.formToken()).statusCode())
        .isEqualTo(404);

    var bob = console.signIn(console.human("bob", "dba-approvers"), LATER);
    assertThat(bob.get("/exceptions").body())
        .contains("UPDATE nightly SET &lt;b&gt; = 1", "clean &lt;i&gt;up", "requested", path)
        .doesNotContain("<b> = 1", "<i>up");
    String token = bob.formToken();
    assertThat(bob.post(path, FORM, "comment=&token=" + token).statusCode()).isEqualTo(400);
    assertThat(bob.post(path, FORM, "comment=enough&token=" + token).statusCode()).isEqualTo(303);

    assertThat(bob.get("/exceptions").body()).contains("by bob: enough").doesNotContain(path);
    assertThat(bob.post(path, FORM, "comment=again&token=" + token).statusCode()).isEqualTo(409);
    var audrey = console.signIn(console.human("audrey", "auditors"), LATER);
    assertThat(audrey.get("/exceptions").body()).contains("Emergencies", "UPDATE nightly");
  }

  @Test
  void gw44_whatHasHappenedSinceIsOnTheRecordAsReadToo() {
    record("s-more", console.agent("agent-7", "alice"));
    var audrey = console.signIn(console.human("audrey", "auditors"), LATER);
    var read = new Event.RecordingRead(name("audrey"), new SessionId("s-more"), "follow");

    HttpResponse<String> nothing = audrey.get("/sessions/s-more/more?after=2");
    assertThat(nothing.statusCode()).isEqualTo(200);
    assertThat(console.journal.events).doesNotContain(read);

    HttpResponse<String> more = audrey.get("/sessions/s-more/more?after=1");
    assertThat(more.body()).contains("secret");
    assertThat(console.journal.events).contains(read);
  }

  @Test
  void gw44_whatCannotBePutOnTheRecordIsNotShown() {
    record("s-full", console.agent("agent-7", "alice"));
    var audrey = console.signIn(console.human("audrey", "auditors"), LATER);

    console.journal.full(true);
    try {
      HttpResponse<String> more = audrey.get("/sessions/s-full/more?after=0");
      assertThat(more.statusCode()).isEqualTo(500);
      assertThat(more.body()).doesNotContain("secret");
    } finally {
      console.journal.full(false);
    }
  }

  @Test
  void gw44_aRecordingIsForAuditorsAndWhoeverItsAgentActsFor() {
    record("s-own", console.agent("agent-7", "alice"));

    assertThat(
            console.signIn(console.human("alice", "nobody"), LATER).get("/sessions/s-own").body())
        .contains("secret");
    assertThat(
            console
                .signIn(console.human("mallory", "nobody"), LATER)
                .get("/sessions/s-own")
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void gw44_recordedCommandsThatAPolicyIsHeldAgainstAreOnTheRecordAsRead() {
    var olivia = console.signIn(console.human("olivia", "compliance-officers"), LATER);
    String boundary = "----x";
    String workbook =
        new String(Drafts.allowing("public.b"), StandardCharsets.ISO_8859_1).substring(0, 40);
    String body =
        part(boundary, "name=\"token\"", olivia.formToken())
            + part(boundary, "name=\"what\"", "look")
            + part(boundary, "name=\"workbook\"; filename=\"a.xlsx\"", workbook)
            + "--"
            + boundary
            + "--\r\n";

    HttpResponse<String> report =
        olivia.post("/policy", "multipart/form-data; boundary=" + boundary, body);

    assertThat(report.body()).contains("a.xlsx");
    assertThat(console.journal.events)
        .anyMatch(
            event ->
                event instanceof Event.RecordSearched searched
                    && searched.reader().equals(name("olivia")));
  }

  private static String part(String boundary, String disposition, String content) {
    return "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
        .formatted(boundary, disposition, content);
  }

  @Test
  void gw23_aFileComesWithAWorkbookAndWithNothingElse() {
    var olivia = console.signIn(console.human("olivia", "compliance-officers"), LATER);
    String boundary = "----x";

    HttpResponse<String> refused =
        olivia.post(
            "/access",
            "multipart/form-data; boundary=" + boundary,
            part(boundary, "name=\"token\"", olivia.formToken()) + "--" + boundary + "--\r\n");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("not a form of this page");
  }

  @Test
  void gw11_whoeverIsNoHumanAnyMoreIsSignedOut() {
    Subject human = console.human("morph", "auditors");
    Subject robot =
        new Subject(
            human.issuer(),
            human.id(),
            human.name(),
            Subject.Kind.AGENT,
            human.groups(),
            human.onBehalfOf());
    console.tokens.put("morph-again", new RunningConsole.Token(robot, LATER));
    var morph = console.signIn(human, Instant.EPOCH);

    assertThat(morph.get("/access").statusCode()).isEqualTo(303);
    console.tokens.put("morph-again", new RunningConsole.Token(human, LATER));
    assertThat(morph.get("/access").statusCode()).isEqualTo(303);
    assertThat(console.signIn(human, Instant.EPOCH).get("/access").statusCode()).isEqualTo(200);
  }

  @Test
  void gw44_howResourcesAreDoingIsNotForEverybody() {
    var audrey = console.signIn(console.human("audrey", "auditors"), LATER);
    var mallory = console.signIn(console.human("mallory", "nobody"), LATER);

    assertThat(audrey.get("/access/health").body())
        .contains("does not answer", "connection &lt;refused&gt;");
    assertThat(mallory.get("/access/health").statusCode()).isEqualTo(403);
    assertThat(mallory.get("/access").body()).contains("orders").doesNotContain("/access/health");
  }

  @Test
  void theDoorLeadsToTheIssuerByALink() {
    String door =
        console
            .signIn(console.human("alice", "nobody"), LATER)
            .get("/sign-in?out=1&to=/access")
            .body();

    // The policy of our own pages would hold a form back that leads to another host.
    assertThat(door).contains("href=\"/sign-in?issuer=http%3A%2F%2F", "to=%2Faccess");
    assertThat(door).doesNotContain("<form");
  }

  @Test
  void gw23_aFormWithoutItsSecretDoesNothing() {
    var bob = console.signIn(console.human("bob", "nobody"), LATER);

    assertThat(bob.post("/access", FORM, "token=x").statusCode()).isEqualTo(403);
  }
}
