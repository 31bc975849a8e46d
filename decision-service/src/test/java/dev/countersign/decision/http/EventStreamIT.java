package dev.countersign.decision.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.session.Entrance;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class EventStreamIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Subject AGENT = agent("agent");
  private static final Subject OTHER = agent("other");

  private static final Subject CARL = human("carl", "nobody-in-particular");

  private static RunningApi api;
  private static int sessions;

  private record Told(String id, String type, JsonNode data) {}

  /** An open stream. */
  private static final class Stream implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    Stream(String who, String query, String last) {
      this(api.to("/api/v1/events" + query, who), last);
    }

    Stream(HttpRequest.Builder request, String last) {
      if (!last.isEmpty()) {
        request.header("Last-Event-ID", last);
      }
      response = RunningApi.send(request, BodyHandlers.ofInputStream());
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    Told next() throws IOException {
      String id = "";
      String type = "";
      while (true) {
        String line = lines.readLine();
        if (line == null) {
          throw new IOException("the stream ended");
        }
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          return new Told(id, type, JSON.readTree(line.substring(6)));
        }
      }
    }

    Told next(Predicate<Told> wanted) throws IOException {
      Told told = next();
      while (!wanted.test(told)) {
        told = next();
      }
      return told;
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  @BeforeAll
  static void open() throws IOException {
    api =
        new RunningApi(
            Map.of(
                "agent",
                AGENT,
                "other",
                OTHER,
                "bob",
                human("bob", "data-owners"),
                "audrey",
                human("audrey", "auditors"),
                "olivia",
                human("olivia", "platform-operators"),
                "carl",
                CARL,
                "dora",
                human("dora", "nobody-in-particular")),
            Optional.empty());
  }

  @AfterAll
  static void close() throws IOException {
    api.close();
  }

  private static Subject agent(String name) {
    return new Subject(
        "https://i", name, name, Subject.Kind.AGENT, Set.of("agents"), Optional.of("alice"));
  }

  private static Subject human(String name, String group) {
    return new Subject(
        "https://i", name, name, Subject.Kind.HUMAN, Set.of(group), Optional.empty());
  }

  private static Approvals.Pending file(Subject subject, String text) {
    return api.approvals.request(
        new FrozenCommand(text, List.of(), "orders", subject, "v1"),
        "s-" + sessions++,
        new ApprovalDemand(Set.of(Set.of("data-owners")), 1, Duration.ofMinutes(5)),
        List.of(MatchedRow.builtIn("SQL-1", "UPDATE", "it changes data", "ask")));
  }

  private static void deny(String id) {
    String digest =
        RunningApi.json(api.get("/api/v1/approvals/" + id, "bob")).at("/digest").asText();
    assertThat(
            api.post(
                    "/api/v1/approvals/" + id + "/deny",
                    "bob",
                    "{\"digest\":\"" + digest + "\",\"comment\":\"not today\"}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void anApproverHearsOfARequestAndOfWhatBecomesOfIt() throws IOException {
    try (Stream stream = new Stream("bob", "?kind=approval", "")) {
      assertThat(stream.next().type()).isEqualTo("ready");

      Approvals.Pending pending = file(AGENT, "UPDATE a SET b = '\u202e\n\nevent: forged'");
      Told filed = stream.next(told -> told.data().path("about").asText().equals(pending.id()));
      deny(pending.id());
      Told denied = stream.next(told -> told.data().path("about").asText().equals(pending.id()));

      assertThat(filed.type()).isEqualTo("approval.waiting");
      assertThat(filed.data().at("/approval/mayAnswer").asBoolean()).isTrue();
      assertThat(filed.data().at("/approval/excerpt").asText()).contains("\\u{202e}");
      assertThat(denied.type()).isEqualTo("approval.denied");
      assertThat(denied.data().at("/approval/mayAnswer").asBoolean()).isFalse();
    }
  }

  @Test
  void whoeverComesBackMissesNothingAndGetsNothingTwice() throws IOException {
    String last;
    try (Stream stream = new Stream("bob", "", "")) {
      last = stream.next().id();
    }
    List<String> filed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String id = file(agent("burst-" + i), "UPDATE a SET b = " + i).id();
      filed.add(id);
    }

    try (Stream first = new Stream("bob", "", last)) {
      assertThat(first.next().data().at("/missed").asBoolean()).isFalse();
      Told one = first.next(told -> filed.contains(told.data().path("about").asText()));
      assertThat(one.data().path("about").asText()).isEqualTo(filed.getFirst());
      last = one.id();
    }
    try (Stream second = new Stream("bob", "", last)) {
      for (String id : filed.subList(1, filed.size())) {
        Told told = second.next(event -> filed.contains(event.data().path("about").asText()));
        assertThat(told.data().path("about").asText()).isEqualTo(id);
      }
    }
  }

  @Test
  void gw44NobodyHearsOfWhatTheListsWouldNotShow() throws IOException {
    try (Stream stranger = new Stream("carl", "", "");
        Stream other = new Stream("other", "", "");
        Stream own = new Stream("agent", "", "")) {
      stranger.next();
      other.next();
      own.next();

      Approvals.Pending hidden = file(AGENT, "UPDATE a SET b = 7");
      Approvals.Pending shown = file(OTHER, "UPDATE a SET b = 8");
      Told seen = other.next();
      try (Stream operator = new Stream("olivia", "?kind=session", "")) {
        operator.next();
        LiveSessions.Handle session = enter("s-live", AGENT);
        Predicate<Told> live = told -> told.data().path("about").asText().equals("s-live");
        Told opened = operator.next(live);
        session.close();
        Told closed = operator.next(live);

        assertThat(List.of(opened.type(), closed.type()))
            .containsExactly("session.opened", "session.closed");
      }
      assertThat(seen.data().path("about").asText()).isEqualTo(shown.id());
      assertThat(own.next().data().path("about").asText()).isEqualTo(hidden.id());
      assertThat(own.next(told -> told.data().path("about").asText().equals("s-live")).type())
          .isEqualTo("session.opened");
      Approvals.Pending barrier = file(CARL, "UPDATE a SET b = 9");
      assertThat(stranger.next().data().path("about").asText()).isEqualTo(barrier.id());
    }
  }

  private static LiveSessions.Handle enter(String id, Subject subject) {
    Entrance entrance =
        new Entrance(
            new SessionId(id),
            subject,
            "orders",
            "127.0.0.1",
            "psql",
            Optional.empty(),
            Optional.empty(),
            Instant.parse("2100-01-01T00:00:00Z"));
    try {
      return api.sessions.enter(entrance, reason -> {});
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNoNumberOrNoKindIsRefused() {
    assertThat(status(api.to("/api/v1/events", "bob").header("Last-Event-ID", "1; DROP")))
        .isEqualTo(400);
    assertThat(status(api.to("/api/v1/events?kind=secrets", "bob"))).isEqualTo(400);
    assertThat(status(api.to("/api/v1/events", ""))).isEqualTo(401);
  }

  @Test
  void aNumberFromElsewhereSaysThatSomethingWasMissed() throws IOException {
    try (Stream stream = new Stream("bob", "", "999999999")) {
      assertThat(stream.next().data().at("/missed").asBoolean()).isTrue();
    }
  }

  @Test
  void gw40OneSubjectDoesNotTakeAllTheStreams() throws Exception {
    List<Stream> open = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Stream stream = new Stream("dora", "", "");
        stream.next();
        open.add(stream);
      }

      assertThat(status(api.to("/api/v1/events", "dora"))).isEqualTo(429);
      assertThat(api.get("/api/v1/approvals", "dora").statusCode()).isEqualTo(200);
    } finally {
      for (Stream stream : open) {
        stream.close();
      }
    }
  }

  @Test
  void numbersAreInTheOrderOfCommits() throws Exception {
    String last;
    try (Stream stream = new Stream("bob", "", "")) {
      last = stream.next().id();
    }
    int each = 10;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Stream stream = new Stream("bob", "?kind=approval", last)) {
      List<Future<?>> filing = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Subject agent = agent("racer-" + i);
        filing.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < each; j++) {
                    file(agent, "UPDATE a SET b = " + j);
                  }
                }));
      }
      List<Long> ids = new ArrayList<>();
      Set<String> about = new HashSet<>();
      while (about.size() < 8 * each) {
        Told told = stream.next();
        if (told.data().at("/subject/name").asText().startsWith("racer-")) {
          ids.add(Long.parseLong(told.id()));
          about.add(told.data().path("about").asText());
        }
      }
      for (Future<?> one : filing) {
        one.get();
      }

      assertThat(ids).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void gw15AnAnswerToAnotherViewThanTheOneOnTheScreenIsRefused() {
    String id = file(agent("viewed"), "UPDATE a SET b = 10").id();
    JsonNode shown = RunningApi.json(api.get("/api/v1/approvals/" + id, "bob"));
    String digest = shown.path("digest").asText();
    String body = "{\"digest\":\"" + digest + "\",\"view\":\"%s\"}";

    HttpResponse<String> refused =
        api.post("/api/v1/approvals/" + id + "/approve", "bob", body.formatted(digest));
    HttpResponse<String> taken =
        api.post(
            "/api/v1/approvals/" + id + "/approve",
            "bob",
            body.formatted(shown.path("view").asText()));

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("view_mismatch");
    assertThat(taken.statusCode()).isEqualTo(200);
  }

  @Test
  void gw44WhatNobodyTookIsForOperatorsAndAuditors() {
    assertThat(api.get("/api/v1/notifications", "olivia").statusCode()).isEqualTo(200);
    assertThat(api.get("/api/v1/notifications", "bob").statusCode()).isEqualTo(403);
    assertThat(api.get("/api/v1/notifications", "agent").statusCode()).isEqualTo(403);
    assertThat(api.post("/api/v1/notifications/7/retry", "bob", "{}").statusCode()).isEqualTo(403);
    assertThat(api.post("/api/v1/notifications/7/retry", "olivia", "{}").statusCode())
        .isEqualTo(404);
    assertThat(api.post("/api/v1/notifications/x%207/retry", "olivia", "{}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void anAuditorReadsAlongAndThatIsOnTheRecordFirst() throws IOException {
    SessionId id = new SessionId("s-read");
    Journal journal = api.feed.telling(api.journal);
    LiveSessions.Handle session = enter(id.value(), agent("read"));
    try (Stream stream = new Stream(api.to("/api/v1/sessions/s-read/follow", "audrey"), "")) {
      assertThat(stream.next().data().path("id").asText()).isEqualTo("s-read");
      assertThat(api.journal.events)
          .contains(new Event.RecordingRead("audrey of https://i", id, "follow"));
      // It takes a moment until the session's own gateway knows of its reader.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                journal.append(decided(id, "SELECT '\u202e\n\nevent: forged'"));
                return !api.feed.after(id, 0, Duration.ofMillis(50)).isEmpty();
              });
      journal.append(decided(new SessionId("s-other"), "SELECT 'of somebody else'"));
      journal.append(new Event.SessionClosed(id, "done", 1));

      Told decided = stream.next();
      Told closed = stream.next(told -> !told.type().equals("command.decided"));

      assertThat(decided.data().path("text").asText()).contains("\\u{202e}");
      assertThat(closed.type()).isEqualTo("session.closed");
      assertThat(stream.lines.lines().filter(line -> line.startsWith("data"))).isEmpty();
    } finally {
      session.close();
    }
  }

  @Test
  void gw44OnlyAuditorsAndThoseWhoAreAskedReadAlong() throws IOException {
    Subject agent = agent("asked");
    api.approvals.request(
        new FrozenCommand("UPDATE a SET b = 11", List.of(), "orders", agent, "v1"),
        "s-asked",
        new ApprovalDemand(Set.of(Set.of("data-owners")), 1, Duration.ofMinutes(5)),
        List.of(MatchedRow.builtIn("SQL-1", "UPDATE", "it changes data", "ask")));
    LiveSessions.Handle asked = enter("s-asked", agent);
    LiveSessions.Handle quiet = enter("s-quiet", agent);
    try {
      for (String who : List.of("olivia", "carl", "agent", "other")) {
        assertThat(status(api.to("/api/v1/sessions/s-asked/follow", who))).isEqualTo(404);
      }
      assertThat(status(api.to("/api/v1/sessions/s-quiet/follow", "bob"))).isEqualTo(404);
      try (Stream stream = new Stream(api.to("/api/v1/sessions/s-asked/follow", "bob"), "")) {
        assertThat(stream.next().type()).isEqualTo("ready");
      }
    } finally {
      asked.close();
      quiet.close();
    }
  }

  @Test
  void gw44_nobodyReadsAlongLongerThanTheyAreAsked() throws IOException {
    Subject agent = agent("answered");
    SessionId id = new SessionId("s-answered");
    Journal journal = api.feed.telling(api.journal);
    String approval =
        api.approvals
            .request(
                new FrozenCommand("UPDATE a SET b = 12", List.of(), "orders", agent, "v1"),
                id.value(),
                new ApprovalDemand(Set.of(Set.of("data-owners")), 1, Duration.ofMinutes(5)),
                List.of(MatchedRow.builtIn("SQL-1", "UPDATE", "it changes data", "ask")))
            .id();
    LiveSessions.Handle session = enter(id.value(), agent);
    try (Stream stream = new Stream(api.to("/api/v1/sessions/s-answered/follow", "bob"), "")) {
      assertThat(stream.next().type()).isEqualTo("ready");
      deny(approval);
      // It takes a moment until the session's own gateway knows of its reader.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                journal.append(decided(id, "SELECT 'after the answer'"));
                return !api.feed.after(id, 0, Duration.ofMillis(50)).isEmpty();
              });

      assertThat(stream.lines.lines().filter(line -> line.startsWith("data"))).isEmpty();
    } finally {
      session.close();
    }
  }

  @Test
  void gw11_aTokenThatIsNotGoodAnyMoreEndsTheStream() throws IOException {
    api.subjects.put("leaver", human("leaver", "data-owners"));
    try (Stream stream = new Stream("leaver", "", "")) {
      assertThat(stream.next().type()).isEqualTo("ready");
      api.subjects.remove("leaver");
      file(AGENT, "UPDATE a SET b = 13");

      assertThat(stream.lines.lines().filter(line -> line.startsWith("data"))).isEmpty();
    }
  }

  private static Event decided(SessionId session, String text) {
    return new Event.CommandDecided(
        session,
        1,
        text,
        List.of(),
        new CommandFacts.Sql(List.of(), false),
        Verdict.ALLOW,
        "v1",
        List.of(MatchedRow.builtIn("SQL-1", "SELECT", "reading", "")));
  }

  private static int status(HttpRequest.Builder request) {
    return RunningApi.send(request).statusCode();
  }
}
