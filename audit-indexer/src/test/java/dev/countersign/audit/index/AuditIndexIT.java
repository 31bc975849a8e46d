package dev.countersign.audit.index;

import static dev.countersign.audit.index.SampleEvents.answered;
import static dev.countersign.audit.index.SampleEvents.closed;
import static dev.countersign.audit.index.SampleEvents.completed;
import static dev.countersign.audit.index.SampleEvents.decided;
import static dev.countersign.audit.index.SampleEvents.opened;
import static dev.countersign.audit.index.SampleEvents.requested;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RandomEvents;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.rules.verdict.Verdict;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal, a real Elasticsearch, and what lies between them. */
final class AuditIndexIT {

  @TempDir static Path serverDirectory;
  private static EmbeddedElasticsearch server;
  @TempDir Path directory;

  @BeforeAll
  static void startElasticsearch() throws Exception {
    server = start(0);
  }

  @AfterAll
  static void stopElasticsearch() {
    server.close();
  }

  private static EmbeddedElasticsearch start(int port) throws Exception {
    Path distribution = Path.of(System.getProperty("elasticsearch.distribution"));
    return EmbeddedElasticsearch.start(
        EmbeddedElasticsearch.Settings.of(distribution, serverDirectory).withPort(port),
        progress -> {});
  }

  @Test
  void findsCommandsByStatementTableRuleVerdictUserAndTime() throws Exception {
    ElasticsearchConfig config = config("find");
    try (SegmentedJournal journal = journal();
        Indexer indexer = Indexer.start(config, directory)) {
      appendSession(journal, "s-1");
      appendSession(journal, "s-2");
      journal.append(opened("s-3"));
      caughtUp(indexer, journal);

      for (AuditSearch search : List.of(AuditSearch.in(config), AuditSearch.in(directory))) {
        try (search) {
          AuditQuery all = AuditQuery.all();
          assertThat(search.commands(all)).hasSize(4);
          assertThat(search.commands(all.withText("drop payments")))
              .hasSize(2)
              .allMatch(found -> found.decided().verdict() == Verdict.BLOCK)
              .allMatch(found -> found.session().equals(sessionOpened(found.decided().session())));
          assertThat(search.commands(all.withText("drop customers"))).isEmpty();
          assertThat(search.commands(all.withTable("public.payments"))).hasSize(2);
          assertThat(search.commands(all.withRule("SQL-014"))).hasSize(2);
          assertThat(search.commands(all.withRule("SQL-999"))).isEmpty();
          assertThat(search.commands(all.withVerdict(Verdict.MASK))).hasSize(2);
          assertThat(search.commands(all.withUser("agent-7"))).hasSize(4);
          assertThat(search.commands(all.withUser("Agent Seven"))).hasSize(4);
          assertThat(search.commands(all.withUser("alice"))).hasSize(4);
          assertThat(search.commands(all.withUser("mallory"))).isEmpty();
          assertThat(search.commands(all.withResource("orders"))).hasSize(4);
          assertThat(search.commands(all.withResource("other"))).isEmpty();
          assertThat(search.commands(all.withSince(Instant.now().plusSeconds(60)))).isEmpty();
          assertThat(search.commands(all.withSince(Instant.now().minusSeconds(600)))).hasSize(4);
          assertThat(search.commands(all.withSession(new SessionId("s-2")).withLimit(1)))
              .singleElement()
              .matches(found -> found.recorded().sessionSequence() == 6);

          assertThat(search.sessions(all))
              .extracting(session -> session.opened().session().value())
              .containsExactly("s-3", "s-2", "s-1");
          assertThat(search.sessions(all.withText("drop")))
              .extracting(session -> session.ended().isPresent())
              .containsExactly(true, true);
          assertThat(search.sessions(all).getLast().verdicts())
              .containsEntry(Verdict.BLOCK, 1L)
              .containsEntry(Verdict.MASK, 1L);

          assertThat(search.session(new SessionId("s-1")))
              .extracting(recorded -> EventType.of(recorded.event()).stableName())
              .containsExactly(
                  "session.opened",
                  "command.decided",
                  "approval.requested",
                  "approval.answered",
                  "command.completed",
                  "command.decided",
                  "session.closed");
          assertThat(search.session(new SessionId("nobody"))).isEmpty();
        }
      }
      try (AuditSearch indexed = AuditSearch.in(config);
          AuditSearch stored = AuditSearch.in(directory)) {
        assertThat(indexed.session(new SessionId("s-2")))
            .isEqualTo(stored.session(new SessionId("s-2")));
      }
      assertThat(indexer.lag(journal.appended())).isZero();
    }
  }

  @Test
  void anEmptyIndexAnswersNothing() throws Exception {
    try (AuditSearch search = AuditSearch.in(config("never-indexed"))) {
      assertThat(search.commands(AuditQuery.all())).isEmpty();
      assertThat(search.sessions(AuditQuery.all())).isEmpty();
    }
  }

  @Test
  void indexesEveryKindOfEventWhateverItsText() throws Exception {
    RandomEvents random = new RandomEvents(99);
    ElasticsearchConfig config = config("random");
    try (SegmentedJournal journal = journal();
        Indexer indexer = Indexer.start(config, directory)) {
      for (int i = 0; i < 500; i++) {
        journal.append(random.any());
      }
      caughtUp(indexer, journal);

      assertThat(count(config)).isEqualTo(500);
      assertThat(directory.resolve("rejected-random.jsonl")).doesNotExist();
    }
  }

  @Test
  void indexesOnceAfterACrashBetweenAnswerAndCursor() throws Exception {
    ElasticsearchConfig config = config("once");
    try (SegmentedJournal journal = journal()) {
      for (int i = 0; i < 50; i++) {
        appendSession(journal, "s-" + i);
      }
      Path cursor = directory.resolve("indexed-once.json");
      try (Indexer indexer = Indexer.start(config, directory)) {
        caughtUp(indexer, journal);
      }
      byte[] end = Files.readAllBytes(cursor);
      String journalId = journal.id().toString();
      for (String behind :
          List.of("", "{}", "garbage", cursor(journalId, 0, 1), cursor(journalId, 120, 113))) {
        Files.writeString(cursor, behind);
        try (Indexer indexer = Indexer.start(config, directory)) {
          caughtUp(indexer, journal);
        }
        assertThat(count(config)).isEqualTo(350);
        assertThat(Files.readAllBytes(cursor)).isEqualTo(end);
      }
    }
  }

  @Test
  void knowsWhoIsBehindASessionThatBeganBeforeARestart() throws Exception {
    ElasticsearchConfig config = config("restart");
    try (SegmentedJournal journal = journal()) {
      journal.append(opened("s-1"));
      try (Indexer indexer = Indexer.start(config, directory)) {
        caughtUp(indexer, journal);
      }
      journal.append(decided("s-1", 1, "SELECT 1", Verdict.ALLOW));
      try (Indexer indexer = Indexer.start(config, directory);
          AuditSearch search = AuditSearch.in(config)) {
        caughtUp(indexer, journal);

        assertThat(search.commands(AuditQuery.all().withUser("alice"))).hasSize(1);
      }
    }
  }

  @Test
  void r8_losesNothingWhileElasticsearchIsDownAtTheStartAndOnTheWay() throws Exception {
    int port = server.uri().getPort();
    ElasticsearchConfig config = config("down");
    server.close();
    try (SegmentedJournal journal = journal();
        Indexer indexer = Indexer.start(config, directory)) {
      appendSession(journal, "s-1");
      assertThat(indexer.lag(journal.appended())).isEqualTo(7);

      server = start(port);
      caughtUp(indexer, journal);
      assertThat(count(config)).isEqualTo(7);

      server.close();
      appendSession(journal, "s-2");
      await().during(Duration.ofMillis(500)).until(() -> indexer.lag(journal.appended()) == 7);
      server = start(port);
      caughtUp(indexer, journal);
      assertThat(count(config)).isEqualTo(14);
    }
  }

  @Test
  void keepsWhatElasticsearchRefusesForGood() throws Exception {
    ElasticsearchConfig config = config("refuse");
    put(
        "/refuse-" + IndexName.of("x", Instant.now(), 1).value().substring(2),
        "{\"mappings\":{\"_routing\":{\"required\":true}}}");
    try (SegmentedJournal journal = journal();
        Indexer indexer = Indexer.start(config, directory)) {
      appendSession(journal, "s-1");
      caughtUp(indexer, journal);

      assertThat(Files.readAllLines(directory.resolve("rejected-refuse.jsonl")))
          .hasSize(7)
          .allMatch(line -> line.contains("\"status\":400"));
    }
  }

  @Test
  void fillsAnIndexOfAnEarlierVersionAndWaitsWhereItCannot() throws Exception {
    String month = IndexName.of("x", Instant.now(), 1).value().substring(2);
    put("/earlier-" + month, fieldOfType("keyword"));
    put("/other-" + month, fieldOfType("long"));
    try (SegmentedJournal journal = journal();
        Indexer earlier = Indexer.start(config("earlier"), directory);
        Indexer other = Indexer.start(config("other"), directory)) {
      appendSession(journal, "s-1");
      caughtUp(earlier, journal);

      assertThat(get("/earlier-" + month + "/_mapping")).contains("\"envelope\"");
      assertThat(other.indexed()).isZero();
      assertThat(directory.resolve("rejected-other.jsonl")).doesNotExist();

      delete("/other-" + month);
      caughtUp(other, journal);
      assertThat(count(config("other"))).isEqualTo(7);
    }
  }

  /** An owner's template may put its own settings, e.g. a lifecycle, on every index. */
  @Test
  void indexesIntoNoIndexThatAnotherTemplateMade() throws Exception {
    put("/_index_template/everything", template("*", 1, "{\"index.number_of_replicas\":0}"));
    put("/_index_template/stronger", template("taken-*", 1_000, "{}"));
    try (SegmentedJournal journal = journal();
        Indexer left = Indexer.start(config("left"), directory);
        Indexer taken = Indexer.start(config("taken"), directory)) {
      appendSession(journal, "s-1");
      caughtUp(left, journal);
      assertThat(taken.indexed()).isZero();

      delete("/_index_template/stronger");
      caughtUp(taken, journal);
      assertThat(count(config("taken"))).isEqualTo(7);
    } finally {
      delete("/_index_template/everything");
    }
  }

  private static String template(String pattern, int priority, String settings) {
    return "{\"index_patterns\":[\"%s\"],\"priority\":%d,\"template\":{\"settings\":%s}}"
        .formatted(pattern, priority, settings);
  }

  private static String fieldOfType(String type) {
    return "{\"mappings\":{\"properties\":{\"event\":{\"properties\":{\"action\":{\"type\":\"%s\"}}}}}}"
        .formatted(type);
  }

  private static void appendSession(SegmentedJournal journal, String session) {
    journal.append(opened(session));
    journal.append(decided(session, 1, "SELECT id, lower(email) FROM customers", Verdict.MASK));
    journal.append(requested(session, 1));
    journal.append(answered(session, 1));
    journal.append(completed(session, 1));
    journal.append(decided(session, 2, "DROP TABLE payments", Verdict.BLOCK));
    journal.append(closed(session, 2));
  }

  private static Optional<Event.SessionOpened> sessionOpened(SessionId session) {
    return Optional.of((Event.SessionOpened) opened(session.value()));
  }

  private SegmentedJournal journal() {
    return SegmentedJournal.open(JournalConfig.at(directory));
  }

  private static ElasticsearchConfig config(String index) {
    return new ElasticsearchConfig(server.uri(), index, Optional.empty());
  }

  private static void caughtUp(Indexer indexer, SegmentedJournal journal) throws Exception {
    long last = journal.appended();
    journal.durable(last).toCompletableFuture().get(10, SECONDS);
    indexer.caughtUp(last).toCompletableFuture().get(90, SECONDS);
  }

  private static String cursor(String journal, long sequence, long sessionsFrom) {
    return "{\"journal\":\"%s\",\"sequence\":%d,\"sessionsFrom\":%d}"
        .formatted(journal, sequence, sessionsFrom);
  }

  private static long count(ElasticsearchConfig config) throws Exception {
    String body = get("/" + config.index() + "/_count");
    return Long.parseLong(body.replaceAll(".*\"count\":(\\d+).*", "$1"));
  }

  private static String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private static void delete(String path) throws Exception {
    send(HttpRequest.newBuilder(uri(path)).DELETE().build());
  }

  private static void put(String path, String json) throws Exception {
    send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private static String send(HttpRequest request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    }
  }

  private static URI uri(String path) {
    return server.uri().resolve(path);
  }
}
