package dev.countersign.decision.console;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody tries who wants a yes that its approver has not given. */
final class AnswerAttackIT {

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

  private static Approval ask(String sql, int quorum) {
    String id =
        console
            .approvals
            .request(
                new FrozenCommand(
                    sql, List.of(), "orders", console.agent("agent-7", "alice"), "v1"),
                "s-1",
                new ApprovalDemand(Set.of(Set.of("dba-approvers")), quorum, Duration.ofMinutes(15)),
                List.of(MatchedRow.builtIn("SQL-9", "DELETE", "a second person looks", "")),
                List.of())
            .id();
    return now(id);
  }

  private static Approval now(String id) {
    return console.approvals.recorded(id).orElseThrow();
  }

  private static RunningConsole.Browser as(String name, String group) {
    return console.signIn(console.human(name, group), LATER);
  }

  private static String hidden(String page, String name) {
    Matcher field = Pattern.compile("name=\"" + name + "\" value=\"([^\"]+)\"").matcher(page);
    assertThat(field.find()).as(name).isTrue();
    return field.group(1);
  }

  /** The form of a page, as its button sends it. */
  private static String form(String page) {
    return Stream.of("token", "digest", "view")
        .map(name -> name + "=" + hidden(page, name))
        .collect(joining("&"));
  }

  private static String formOf(Approval approval, RunningConsole.Browser browser) {
    return "token=%s&digest=%s&view=%s"
        .formatted(browser.formToken(), approval.digest(), console.approvals.viewDigest(approval));
  }

  /** An attacker's page has the browser fetch it; nobody has looked, so no yes counts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: no-cors; Sec-Fetch-Dest: image",
        "Sec-Fetch-Site: same-site; Sec-Fetch-Mode: no-cors; Sec-Fetch-Dest: script",
        "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: iframe",
        "Sec-Fetch-Site: same-site; Sec-Fetch-Mode: cors; Sec-Fetch-Dest: empty",
        "Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: navigate; Sec-Fetch-Dest: document;"
            + " Sec-Purpose: prefetch;prerender",
        "Sec-Purpose: prefetch"
      })
  void gw23_aRequestThatAnotherPageFetchedWasSeenByNobody(String said) {
    Approval approval = ask("DELETE FROM orders -- " + said, 1);
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String[] headers = said.replaceAll("; (?=Sec-)", "\n").split(": |\n", -1);

    HttpResponse<String> fetched = bob.get("/approvals/" + approval.id(), headers);
    HttpResponse<String> answered =
        bob.post("/approvals/" + approval.id() + "/approve", FORM, formOf(approval, bob));

    assertThat(fetched.statusCode()).isEqualTo(403);
    assertThat(fetched.body()).doesNotContain("DELETE");
    assertThat(answered.statusCode()).isEqualTo(409);
    assertThat(now(approval.id()).state()).isEqualTo(Approval.State.WAITING);
  }

  @Test
  void aLinkFromElsewhereOpensARequest() {
    Approval approval = ask("DELETE FROM orders WHERE id = 1", 1);
    RunningConsole.Browser bob = as("bob", "dba-approvers");

    HttpResponse<String> page =
        bob.get(
            "/approvals/" + approval.id(),
            "Sec-Fetch-Site",
            "cross-site",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            "document");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(
            bob.post("/approvals/" + approval.id() + "/approve", FORM, form(page.body()))
                .statusCode())
        .isEqualTo(303);
  }

  @Test
  void whatOthersSaidOfTheSameBeforeIsShown() {
    Approval before = ask("DELETE FROM orders WHERE id = 10", 1);
    Approval now = ask("DELETE FROM orders WHERE id = 11", 1);
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String form = form(bob.get("/approvals/" + before.id()).body());
    bob.post("/approvals/" + before.id() + "/deny", FORM, form + "&comment=not+on+a+Friday");

    String page = bob.get("/approvals/" + now.id()).body();

    assertThat(page)
        .contains("What was said before", "/approvals/" + before.id(), "WHERE id = 10")
        .contains("If you say yes, exactly this text runs, once.", "written by the agent")
        .contains("data-until=\"" + now.summary().expires())
        .contains(now.digest());
    assertThat(bob.get("/approvals/" + before.id()).body()).contains("not on a Friday");
  }

  /** What browsers send across sites without asking first. */
  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "multipart/form-data; boundary=x", "application/json", ""})
  void gw23_anAnswerOfAnotherKindThanTheFormIsNone(String type) {
    Approval approval = ask("DELETE FROM orders -- as " + type, 1);
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String form = form(bob.get("/approvals/" + approval.id()).body());

    HttpResponse<String> answered =
        bob.post("/approvals/" + approval.id() + "/approve", type.isEmpty() ? "x/y" : type, form);

    assertThat(answered.statusCode()).isEqualTo(400);
    assertThat(now(approval.id()).state()).isEqualTo(Approval.State.WAITING);
  }

  @Test
  void gw23_aYesThatIsSentTwiceAtOnceCountsOnce() {
    Approval approval = ask("DELETE FROM orders WHERE id = 2", 2);
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String form = form(bob.get("/approvals/" + approval.id()).body());

    List<CompletableFuture<Integer>> sent =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () ->
                            bob.post("/approvals/" + approval.id() + "/approve", FORM, form)
                                .statusCode(),
                        Thread::startVirtualThread))
            .limit(6)
            .toList();
    sent.forEach(CompletableFuture::join);

    assertThat(now(approval.id()).state()).isEqualTo(Approval.State.WAITING);
    assertThat(now(approval.id()).yes()).hasSize(1);
    assertThat(bob.get("/approvals/" + approval.id()).body()).contains("1 of 2 have said yes");
  }

  @Test
  void gw23_aYesToOneRequestIsNoneToAnother() {
    Approval shown = ask("DELETE FROM orders WHERE id = 3", 1);
    Approval other = ask("DELETE FROM orders", 1);
    RunningConsole.Browser bob = as("bob", "dba-approvers");
    String harmless = form(bob.get("/approvals/" + shown.id()).body());
    String form = form(bob.get("/approvals/" + other.id()).body());
    String digest = hidden(bob.get("/approvals/" + other.id()).body(), "digest");

    for (String sent :
        List.of(
            harmless,
            harmless.replaceFirst("digest=[^&]+", "digest=" + digest),
            form.replaceFirst("view=[^&]+", "view=" + console.approvals.viewDigest(shown)),
            form.replaceFirst("&view=[^&]+", ""),
            form.replaceFirst("&digest=[^&]+", ""))) {
      assertThat(bob.post("/approvals/" + other.id() + "/approve", FORM, sent).statusCode())
          .as(sent)
          .isEqualTo(409);
    }
    assertThat(now(other.id()).state()).isEqualTo(Approval.State.WAITING);
  }

  @Test
  void gw44_whoReadsTheRecordReadsWhatItWaitedForAndAnswersNothing() {
    Approval approval = ask("DELETE FROM orders WHERE id = 4", 1);
    RunningConsole.Browser audrey = as("audrey", "auditors");

    String page = audrey.get("/approvals/" + approval.id()).body();

    assertThat(page)
        .contains("DELETE", "Not yours to answer: it is for dba-approvers.")
        .doesNotContain("/approve\"", "name=\"digest\"");
    assertThat(console.journal.events)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isEqualTo(
                        new Event.RecordingRead(
                            "audrey of " + console.issuerUrl(),
                            new SessionId("s-1"),
                            "approval " + approval.id())));
    assertThat(
            audrey
                .post("/approvals/" + approval.id() + "/approve", FORM, formOf(approval, audrey))
                .statusCode())
        .isEqualTo(404);
    assertThat(now(approval.id()).state()).isEqualTo(Approval.State.WAITING);
    // Whoever its agent acts for reads it too; nobody else.
    assertThat(as("alice", "nobody").get("/approvals/" + approval.id()).statusCode())
        .isEqualTo(200);
    assertThat(as("mallory", "nobody").get("/approvals/" + approval.id()).statusCode())
        .isEqualTo(404);
  }
}
