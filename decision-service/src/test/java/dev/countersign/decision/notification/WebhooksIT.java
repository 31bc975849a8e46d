package dev.countersign.decision.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages as a real receiver on the network gets them. */
final class WebhooksIT {

  private static final String HOSTILE = "*pay* <https://evil.example|here> [x](y) @channel\u202e";

  private static final WebhookLimits QUICK =
      new WebhookLimits(3, Duration.ofMillis(10), Duration.ofSeconds(5), Duration.ofMillis(20));

  private static final PaperJournal JOURNAL = new PaperJournal();
  private static final Subject OLIVIA =
      new Subject("https://i", "olivia", "olivia", Subject.Kind.HUMAN, Set.of(), Optional.empty());

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals approvals;

  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
  private record Got(String path, Map<String, String> headers, byte[] body) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final BlockingQueue<Got> received = new LinkedBlockingQueue<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private HttpServer receiver;

  @BeforeAll
  static void startState() throws IOException {
    state = StateDatabase.start();
    database = state.database();
    approvals =
        StoredApprovals.open(
            database,
            URI.create("https://gate.example"),
            ApprovalLimits.DEFAULT,
            JOURNAL,
            AnswerSigner.passing());
  }

  @AfterAll
  static void stopState() throws IOException {
    approvals.close();
    state.close();
  }

  @BeforeEach
  void startReceiver() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
          received.add(
              new Got(
                  exchange.getRequestURI().getPath(),
                  headers,
                  exchange.getRequestBody().readAllBytes()));
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stopReceiver() {
    receiver.stop(0);
  }

  private Webhook webhook(String name, Webhook.Format format, boolean showsCommand) {
    return new Webhook(
        name,
        URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + name),
        format,
        Optional.of(new Secret.Generated("shared")),
        showsCommand);
  }

  private static Webhooks open(Webhook... webhooks) {
    return Webhooks.open(database, approvals, List.of(webhooks), QUICK, JOURNAL);
  }

  private static Pending request() {
    Subject agent =
        new Subject(
            "https://i",
            "agent-7",
            HOSTILE,
            Subject.Kind.AGENT,
            Set.of("ai-agents"),
            Optional.of("alice"));
    return approvals.request(
        new FrozenCommand("DELETE FROM t -- canary " + HOSTILE, List.of(), "orders", agent, "p"),
        "s",
        new ApprovalDemand(Set.of(Set.of("dba")), Duration.ofHours(1)),
        List.of(new MatchedRow("SQL-1", "SQL", 1, Verdict.APPROVE, "p", "why", "h", List.of())));
  }

  /** The next message about that request; what others left is passed over. */
  private Got next(Pending pending) throws InterruptedException {
    while (true) {
      Got got = received.poll(20, TimeUnit.SECONDS);
      assertThat(got).as("a message").isNotNull();
      if (new String(got.body(), StandardCharsets.UTF_8).contains(pending.id())) {
        return got;
      }
    }
  }

  @Test
  void tellsWhatWaitsAndWhatBecameOfIt() throws InterruptedException {
    try (Webhooks webhooks = open(webhook("json", Webhook.Format.JSON, false))) {
      Pending pending = request();
      Got waiting = next(pending);
      approvals.withdraw(pending.id(), "gone");
      Got ended = next(pending);

      assertThat(waiting.json().path("event").textValue()).isEqualTo("approval.waiting");
      assertThat(waiting.json().at("/approval/url").textValue())
          .isEqualTo("https://gate.example/approvals/" + pending.id());
      assertThat(waiting.json().at("/approval/rule").textValue()).isEqualTo("SQL-1");
      assertThat(ended.headers().get("Countersign-Event")).isEqualTo("approval.withdrawn");
      assertThat(webhooks.dead()).isEmpty();
    }
  }

  @Test
  void signsEachMessageWithItsTime() throws InterruptedException {
    try (Webhooks _ = open(webhook("json", Webhook.Format.JSON, false))) {
      Pending pending = request();
      Got got = next(pending);
      approvals.withdraw(pending.id(), "");
      next(pending);

      String header = got.headers().get("Countersign-Signature");
      long seconds = Long.parseLong(header.replaceAll("t=(\\d+),.*", "$1"));
      assertThat(header).isEqualTo(WebhookSignature.of("shared", seconds, got.body()));
      assertThat(header).isNotEqualTo(WebhookSignature.of("other", seconds, got.body()));
      assertThat(Math.abs(System.currentTimeMillis() / 1000 - seconds)).isLessThan(60);
    }
  }

  @Test
  void gw21_gw23_nothingOfTheAgentIsMarkupOrALinkAndTheCommandStaysHere()
      throws InterruptedException {
    try (Webhooks _ =
        open(
            webhook("slack", Webhook.Format.SLACK, false),
            webhook("teams", Webhook.Format.TEAMS, false))) {
      Pending pending = request();
      for (int i = 0; i < 2; i++) {
        Got got = next(pending);
        String text = new String(got.body(), StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("canary", "DELETE", "shared", "\u202e");
        assertThat(text).contains("https://gate.example/approvals/" + pending.id());
        switch (got.path()) {
          case "/slack" -> {
            assertThat(text).doesNotContain("mrkdwn", "<https").contains("&lt;https://evil");
            assertThat(got.json().at("/blocks/1/fields/0/type").textValue())
                .isEqualTo("plain_text");
          }
          default -> {
            assertThat(text).doesNotContain("\"TextBlock\"", "\"FactSet\"");
            assertThat(got.json().findValuesAsText("url"))
                .containsExactly("https://gate.example/approvals/" + pending.id());
          }
        }
      }
      approvals.withdraw(pending.id(), "");
      next(pending);
      next(pending);
    }
  }

  @Test
  void showsTheCommandOnlyWhereThatIsWanted() throws InterruptedException {
    try (Webhooks _ = open(webhook("slack", Webhook.Format.SLACK, true))) {
      Pending pending = request();

      assertThat(new String(next(pending).body(), StandardCharsets.UTF_8))
          .contains("canary", "&lt;https://evil.example|here&gt;", "\\\\u{202e}");
      approvals.withdraw(pending.id(), "");
      next(pending);
    }
  }

  @Test
  void triesAgainGivesUpAndTriesOnceMoreWhenAsked() throws InterruptedException {
    status.set(302);
    try (Webhooks webhooks = open(webhook("flaky", Webhook.Format.JSON, false))) {
      Pending pending = request();
      for (int i = 0; i < 3; i++) {
        assertThat(next(pending).path()).as("no redirect is followed").isEqualTo("/flaky");
      }
      await().untilAsserted(() -> assertThat(webhooks.dead()).hasSize(1));
      Delivery dead = webhooks.dead().getFirst();
      assertThat(dead.lastError()).isEqualTo("HTTP 302");
      assertThat(dead.attempts()).isEqualTo(3);
      assertThat(dead.approval()).isEqualTo(pending.id());

      status.set(204);
      assertThat(webhooks.retry(dead.id(), OLIVIA)).isTrue();
      assertThat(webhooks.retry(dead.id(), OLIVIA)).isFalse();
      assertThat(JOURNAL.events)
          .containsOnlyOnce(new Event.NotificationRetried(dead.id(), dead.endpoint(), OLIVIA));

      next(pending);
      await().untilAsserted(() -> assertThat(webhooks.dead()).isEmpty());
      approvals.withdraw(pending.id(), "");
      next(pending);
    }
  }

  @Test
  void whatAGatewayLeftUnsentTheNextOneSends() throws InterruptedException {
    int port = receiver.getAddress().getPort();
    Webhook nobodyListens =
        new Webhook(
            "late",
            URI.create("http://127.0.0.1:1/"),
            Webhook.Format.JSON,
            Optional.empty(),
            false);
    Webhooks first =
        Webhooks.open(
            database,
            approvals,
            List.of(nobodyListens),
            new WebhookLimits(
                10, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMillis(20)),
            JOURNAL);
    Pending pending = request();
    first.close();

    try (Webhooks _ =
        open(
            new Webhook(
                "late",
                URI.create("http://127.0.0.1:" + port + "/late"),
                Webhook.Format.JSON,
                Optional.empty(),
                false))) {
      assertThat(next(pending).headers()).doesNotContainKey("Countersign-Signature");
      approvals.withdraw(pending.id(), "");
      next(pending);
    }
  }
}
