package dev.countersign.audit.index;

import static dev.countersign.audit.index.SampleEvents.answered;
import static dev.countersign.audit.index.SampleEvents.applied;
import static dev.countersign.audit.index.SampleEvents.closed;
import static dev.countersign.audit.index.SampleEvents.completed;
import static dev.countersign.audit.index.SampleEvents.content;
import static dev.countersign.audit.index.SampleEvents.decided;
import static dev.countersign.audit.index.SampleEvents.opened;
import static dev.countersign.audit.index.SampleEvents.pushed;
import static dev.countersign.audit.index.SampleEvents.requested;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RandomEvents;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.query.QueryParser;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same questions to a real Elasticsearch and to the journal behind it. */
final class AuditQueryIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path serverDirectory;
  @TempDir static Path directory;
  private static EmbeddedElasticsearch server;
  private static SegmentedJournal journal;

  @BeforeAll
  static void startElasticsearch() throws Exception {
    server =
        EmbeddedElasticsearch.start(
            EmbeddedElasticsearch.Settings.of(
                Path.of(System.getProperty("elasticsearch.distribution")), serverDirectory),
            progress -> {});
    journal = SegmentedJournal.open(JournalConfig.at(directory));
    record(journal);
  }

  @AfterAll
  static void stopElasticsearch() {
    journal.close();
    server.close();
  }

  private static void record(SegmentedJournal journal) {
    journal.append(opened("s-1"));
    journal.append(
        decided("s-1", 1, "SELECT id, lower(email) FROM public.customers", Verdict.MASK));
    journal.append(requested("s-1", 1));
    journal.append(answered("s-1", 1));
    journal.append(
        content("s-1", 1, Event.ContentRecorded.Stream.ROWS, "[\"7\",\"grace.hopper\",null]"));
    journal.append(completed("s-1", 1));
    journal.append(decided("s-1", 2, "DROP TABLE payments", Verdict.BLOCK));
    journal.append(closed("s-1", 2));
    journal.append(opened("s-2"));
    journal.append(pushed("s-2", 1, Verdict.BLOCK));
    journal.append(applied("s-2", 2, Verdict.ALLOW));
    journal.append(
        content(
            "s-2", 2, Event.ContentRecorded.Stream.OUTPUT, "\u001b[31mroot@debug:/# id\u001b[0m"));
    journal.append(new Event.PolicyActivated("cafe", "policy.xlsx", 12));
  }

  @Test
  void bothAnswerTheSame() throws Exception {
    ElasticsearchConfig config = indexed("same");
    Map<String, Integer> expected = new TreeMap<>();
    expected.put("rule:SQL-014 and subject:agent-7", 1);
    expected.put("rule:sql-014 or rule:GIT-003", 2);
    expected.put("rule:SQL-*", 2);
    expected.put("not rule:SQL-*", 6);
    expected.put("approver:bob rule:SQL-001", 1);
    expected.put("risk>=70", 1);
    expected.put("risk>70", 0);
    expected.put("rows=3", 1);
    expected.put("ref:refs/heads/main secret:private-key path:deploy/*", 1);
    expected.put("commit:9a7b0* author:a@example.com committer:c@example.com", 1);
    expected.put("commit:9a7b", 0);
    expected.put("message:\"deploy key\"", 1);
    expected.put("verb:force or verb:create", 2);
    expected.put("namespace:shop trait:privileged image:busybox*", 1);
    expected.put("object:pods protocol:kubernetes", 1);
    expected.put("protocol:postgresql table:public.customers column:*.email", 1);
    expected.put("control:CM-5", 3);
    expected.put("policy:cafe", 1);
    expected.put("event:session.opened environment:production", 2);
    expected.put("decision:s-1/2", 1);
    expected.put("owner:alice verdict:block", 2);
    expected.put("grace hopper", 1);
    expected.put("\"grace hopper\"", 1);
    expected.put("\"hopper grace\"", 0);
    expected.put("text:grace", 0);
    expected.put("content:root", 1);
    expected.put("text:payments", 1);
    expected.put("customers", 1);
    expected.put("custom", 0);
    expected.put("path:*", 1);
    expected.put("subject:a?ent-7", 0);
    expected.put("", 8);
    try (AuditSearch indexed = AuditSearch.in(config);
        AuditSearch stored = AuditSearch.in(directory)) {
      for (var each : expected.entrySet()) {
        AuditQuery query = AuditQuery.all().with(QueryParser.parse(each.getKey()));
        assertThat(indexed.find(query))
            .as(each.getKey())
            .isEqualTo(stored.find(query))
            .hasSize(each.getValue());
        assertThat(indexed.sessions(query)).as(each.getKey()).isEqualTo(stored.sessions(query));
      }
      assertThat(indexed.hits(Instant.EPOCH))
          .isEqualTo(stored.hits(Instant.EPOCH))
          .containsKeys("SQL-014", "GIT-003");
      assertThat(indexed.hits(Instant.parse("2100-01-01T00:00:00Z"))).isEmpty();
    }
  }

  @Test
  void anIndexBuiltAgainFromTheJournalIsEqual(@TempDir Path folder) throws Exception {
    RandomEvents random = new RandomEvents(4);
    try (SegmentedJournal other = SegmentedJournal.open(JournalConfig.at(folder))) {
      record(other);
      for (int i = 0; i < 300; i++) {
        other.append(random.any());
      }
      ElasticsearchConfig first = config("again");
      // Stopped and started on the way, as a gateway is.
      try (Indexer indexer = Indexer.start(first, folder)) {
        caughtUp(indexer, other);
      }
      record(other);
      try (Indexer indexer = Indexer.start(first, folder)) {
        caughtUp(indexer, other);
      }
      Map<String, JsonNode> before = documents(first);

      send("DELETE", "/" + IndexName.of("again", Instant.now(), 1));
      Files.delete(folder.resolve("indexed-again.json"));
      try (Indexer indexer = Indexer.start(first, folder)) {
        caughtUp(indexer, other);
      }

      assertThat(documents(first)).isEqualTo(before).hasSize(326);
    }
  }

  @Test
  void everyPanelAndSavedSearchOfKibanaFindsSomethingToShow(@TempDir Path folder) throws Exception {
    ElasticsearchConfig config = config("kibana");
    try (SegmentedJournal everything = SegmentedJournal.open(JournalConfig.at(folder));
        Indexer indexer = Indexer.start(config, folder)) {
      record(everything);
      whatOnlyPanelsShow(everything);
      caughtUp(indexer, everything);
    }
    List<String> empty = new ArrayList<>();
    Map<String, ObjectNode> requests = PanelRequests.all(config.index());
    for (Map.Entry<String, ObjectNode> panel : requests.entrySet()) {
      JsonNode response =
          JSON.readTree(
              send("POST", "/" + config.index() + "/_search", panel.getValue().toString()));
      assertThat(response.at("/_shards/failed").asInt()).as(panel.getKey()).isZero();
      if (!PanelRequests.hasData(panel.getValue(), response)) {
        empty.add(panel.getKey() + " " + panel.getValue() + " " + response);
      }
    }
    assertThat(requests).hasSizeGreaterThan(30);
    assertThat(empty).isEmpty();
  }

  @Test
  void indexesAndSearchesOverTlsWithAnApiKeyAndRefusesToWithoutEither(@TempDir Path folder)
      throws Exception {
    try (SecureFront front = new SecureFront(server.uri(), folder)) {
      ElasticsearchConfig config =
          new ElasticsearchConfig(
              front.uri(),
              "secure",
              Optional.of(SecureFront.API_KEY),
              Optional.of(front.authority),
              Optional.empty());
      try (Indexer indexer = Indexer.start(config, directory)) {
        caughtUp(indexer, journal);
      }
      AuditQuery query = AuditQuery.all().with(QueryParser.parse("rule:SQL-014"));
      try (AuditSearch search = AuditSearch.in(config)) {
        assertThat(search.find(query)).hasSize(1);
      }
      for (ElasticsearchConfig wrong :
          List.of(
              new ElasticsearchConfig(
                  front.uri(),
                  "secure",
                  Optional.of("d3Jvbmc="),
                  Optional.of(front.authority),
                  Optional.empty()),
              new ElasticsearchConfig(
                  front.uri(),
                  "secure",
                  Optional.of(SecureFront.API_KEY),
                  Optional.empty(),
                  Optional.empty()))) {
        try (AuditSearch search = AuditSearch.in(wrong)) {
          assertThatThrownBy(() -> search.find(query)).isInstanceOf(Exception.class);
        }
      }
    }
  }

  private static void whatOnlyPanelsShow(SegmentedJournal journal) {
    SessionId session = new SessionId("s-3");
    journal.append(opened("s-3"));
    journal.append(
        new Event.SessionRefused(
            new SessionId("s-4"), Optional.of(SampleEvents.AGENT), "orders", "10.0.0.1", "no"));
    long command = 0;
    for (Event.ApprovalAnswered.Answer answer : Event.ApprovalAnswered.Answer.values()) {
      command++;
      journal.append(decided("s-3", command, "DELETE FROM t", Verdict.APPROVE));
      journal.append(requested("s-3", command));
      journal.append(
          new Event.ApprovalAnswered(
              session, command, "A-9", answer, Optional.of(SampleEvents.BOB), "because"));
    }
    journal.append(
        new Event.CommandDecided(
            session,
            9,
            "DO $$ $$",
            List.of(),
            new CommandFacts.Sql(List.of(), true),
            Verdict.ALLOW,
            "f00dfeed",
            List.of()));
    journal.append(
        new Event.CommandCompleted(session, 9, "", Optional.of("42501"), 0, 0, List.of(), 5));
    journal.append(new Event.PolicyRefused("policy.xlsx", List.of("SQL A1: no")));
    journal.append(new Event.ControlAssessed("AC-5", false, "1 of 7"));
  }

  @Test
  void deletesIndicesWhoseRetentionIsOverAndNoOthers() throws Exception {
    for (String index :
        List.of(
            "kept-2020.01-0000", "kept-2020.02-0003", "kept-other-2020.01", "kept-2999.01-0000")) {
      send("PUT", "/" + index);
    }
    ElasticsearchConfig config =
        new ElasticsearchConfig(
            server.uri(),
            "kept",
            Optional.empty(),
            Optional.empty(),
            Optional.of(Duration.ofDays(30)));
    try (Indexer indexer = Indexer.start(config, directory)) {
      caughtUp(indexer, journal);
    }

    assertThat(JSON.readTree(send("GET", "/kept-*")).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "kept-other-2020.01",
            "kept-2999.01-0000",
            IndexName.of("kept", Instant.now(), 1).value());
  }

  private static ElasticsearchConfig indexed(String name) throws Exception {
    ElasticsearchConfig config = config(name);
    try (Indexer indexer = Indexer.start(config, directory)) {
      caughtUp(indexer, journal);
    }
    return config;
  }

  private static ElasticsearchConfig config(String index) {
    return new ElasticsearchConfig(server.uri(), index, Optional.empty());
  }

  private static void caughtUp(Indexer indexer, SegmentedJournal journal) throws Exception {
    long last = journal.appended();
    journal.durable(last).toCompletableFuture().get(10, SECONDS);
    indexer.caughtUp(last).toCompletableFuture().get(90, SECONDS);
  }

  private static Map<String, JsonNode> documents(ElasticsearchConfig config) throws Exception {
    Map<String, JsonNode> documents = new TreeMap<>();
    for (JsonNode hit :
        JSON.readTree(send("GET", "/" + config.index() + "/_search?size=10000")).at("/hits/hits")) {
      documents.put(hit.path("_id").asText(), hit.path("_source"));
    }
    return documents;
  }

  private static String send(String method, String path) throws IOException, InterruptedException {
    return send(method, path, "");
  }

  private static String send(String method, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(server.uri() + path))
                  .header("Content-Type", "application/json")
                  .method(
                      method,
                      body.isEmpty()
                          ? HttpRequest.BodyPublishers.noBody()
                          : HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    }
  }
}
