package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever signed in too long ago to answer for others. */
final class ConsoleStepUpIT {

  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private static final String FORM = "application/x-www-form-urlencoded";

  private static RunningConsole console;

  @BeforeAll
  static void open() throws IOException {
    console = new RunningConsole(RunningConsole.LATELY);
  }

  @AfterAll
  static void close() throws IOException {
    console.close();
  }

  private static String request(String text) {
    return console
        .approvals
        .request(
            new FrozenCommand(text, List.of(), "orders", console.agent("agent-7", "alice"), "v1"),
            "s-1",
            new ApprovalDemand(Set.of(Set.of("dba-approvers")), 1, Duration.ofMinutes(15)),
            List.of(MatchedRow.builtIn("SQL-009", "UPDATE orders", "a second person", "")),
            List.of())
        .id();
  }

  /** A browser that somebody signed in at so long ago. */
  private static RunningConsole.Browser signedIn(Subject subject, Duration ago) {
    console.tokens.put(
        subject.id() + "-old", new RunningConsole.Token(subject, LATER, Instant.now().minus(ago)));
    RunningConsole.Browser browser = console.signIn(subject, LATER);
    browser.signIn("/sign-in?to=/access", subject.id() + "-old");
    return browser;
  }

  private static String answer(RunningConsole.Browser browser, String page) {
    return "token=%s&comment=&digest=%s&view=%s"
        .formatted(browser.formToken(), field(page, "digest"), field(page, "view"));
  }

  private static String field(String page, String name) {
    Matcher value = Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(page);
    return value.find() ? value.group(1) : "";
  }

  @Test
  void gw23_anOldSignInAnswersNothingUntilItIsRepeatedAndThenTheSameRequest() {
    String path = "/approvals/" + request("UPDATE orders SET status = 'a' WHERE id = 1");
    Subject bob = console.human("bob", "dba-approvers");
    RunningConsole.Browser browser = signedIn(bob, Duration.ofMinutes(20));

    String page = browser.get(path).body();
    assertThat(page)
        .contains("To answer, this needs a sign-in of the last 15 minutes.")
        .contains("/sign-in?again=1&to=" + path)
        .doesNotContain("formaction");
    HttpResponse<String> refused = browser.post(path + "/approve", FORM, answer(browser, page));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("Nothing was done: this needs a sign-in");
    assertThat(votes(path)).isZero();

    String door = "/sign-in?again=1&to=" + path;
    assertThat(browser.get(door).headers().firstValue("Location").orElseThrow())
        .contains("prompt=login", "max_age=0");
    assertThat(browser.signIn(door, "bob")).isEqualTo(path);

    String again = browser.get(path).body();
    assertThat(again).contains("formaction").doesNotContain("Sign in again");
    HttpResponse<String> approved = browser.post(path + "/approve", FORM, answer(browser, again));
    assertThat(approved.headers().firstValue("Location")).contains(path + "?done=approved");
    assertThat(votes(path)).isOne();
  }

  private static long votes(String path) {
    String id = path.substring(path.lastIndexOf('/') + 1);
    return console.journal.events.stream()
        .filter(event -> event instanceof Event.ApprovalVoted voted && voted.approval().equals(id))
        .count();
  }

  @Test
  void gw23_anIssuerThatDoesNotAskAgainHelpsNobody() {
    String path = "/approvals/" + request("UPDATE orders SET status = 'b' WHERE id = 2");
    RunningConsole.Browser browser =
        signedIn(console.human("dana", "dba-approvers"), Duration.ofHours(2));

    assertThat(browser.signIn("/sign-in?again=1&to=" + path, "dana-old")).isEqualTo(path);

    assertThat(browser.get(path).body()).contains("Sign in again").doesNotContain("formaction");
  }
}
