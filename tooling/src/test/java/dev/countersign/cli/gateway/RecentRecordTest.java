package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.audit.index.AuditSearch.SessionSummary;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered is what reading all of the journal finds, before and after a restart. */
class RecentRecordTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant EVER = Instant.parse("2000-01-01T00:00:00Z");
  private static final Subject AGENT =
      new Subject("https://i", "a", "a", Subject.Kind.AGENT, Set.of(), Optional.empty());

  private static Event opened(String session) {
    return new Event.SessionOpened(
        new SessionId(session), AGENT, "orders", Map.of(), "127.0.0.1", "psql");
  }

  private static Event decided(String session, long command, Verdict verdict, String text) {
    return new Event.CommandDecided(
        new SessionId(session),
        command,
        text,
        List.of(),
        new CommandFacts.Sql(List.of(), false),
        verdict,
        "v1",
        List.of(MatchedRow.builtIn("SQL-1", "SELECT", "reading", "")));
  }

  private static void run(Journal journal, String session, int commands) {
    journal.append(opened(session));
    for (int i = 1; i <= commands; i++) {
      journal.append(
          decided(session, i, i % 3 == 0 ? Verdict.BLOCK : Verdict.ALLOW, "SELECT " + i));
    }
    journal.append(new Event.SessionClosed(new SessionId(session), "done", commands));
  }

  private static List<String> texts(List<FoundCommand> commands) {
    return commands.stream()
        .map(found -> found.decided().session().value() + found.decided().text())
        .toList();
  }

  private static List<String> names(List<SessionSummary> sessions) {
    return sessions.stream()
        .map(one -> one.opened().session().value() + one.ended().isPresent() + one.verdicts())
        .toList();
  }

  @Test
  void remembersWhatTheJournalHolds(@TempDir Path folder) throws Exception {
    StoredJournal stored = StoredJournal.local(folder);
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(folder))) {
      run(journal, "s-before", 4);
    }
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(folder));
        AuditSearch search = AuditSearch.in(stored)) {
      RecentRecord recent = new RecentRecord(journal, stored, InstantSource.system());
      long last = journal.appended();
      run(recent, "s-after", 5);
      recent.append(opened("s-open"));
      assertThat(recent.commands(EVER, 100)).as("not before all is recalled").isEmpty();
      assertThat(texts(recent.commands(EVER, 2).orElseThrow()))
          .containsExactly("s-afterSELECT 5", "s-afterSELECT 4");
      recent.recall(last);
      await().atMost(PATIENCE).until(() -> recent.commands(EVER, 100).isPresent());
      journal.durable(journal.appended()).toCompletableFuture().join();

      AuditQuery all = AuditQuery.all().withSince(EVER).withLimit(100);
      assertThat(texts(recent.commands(EVER, 100).orElseThrow()))
          .hasSize(9)
          .isEqualTo(texts(search.commands(all)));
      assertThat(names(recent.sessions(EVER, 100).orElseThrow()))
          .hasSize(3)
          .isEqualTo(names(search.sessions(all)));
      for (String id : List.of("s-before", "s-after")) {
        SessionId session = new SessionId(id);
        assertThat(recent.session(session).orElseThrow()).isEqualTo(search.session(session));
      }
      assertThat(recent.session(new SessionId("s-unknown"))).isEmpty();
    }
  }

  @Test
  void gw43_forgetsTheOldestAndKnowsThatItHas() {
    RecentEvents recent = new RecentEvents(Instant.MIN);
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    recent.take(new RecordedEvent(1, 1, begin, opened("s-1")));
    String large = "x".repeat(1 << 20);
    for (int i = 1; i <= 20; i++) {
      recent.take(
          new RecordedEvent(
              i + 1, i + 1, begin.plusSeconds(i), decided("s-1", i, Verdict.ALLOW, large)));
    }

    assertThat(recent.commands(EVER, 100)).isEmpty();
    assertThat(recent.commands(EVER, 5).orElseThrow()).hasSize(5);
    assertThat(recent.commands(begin.plusSeconds(15), 100).orElseThrow()).hasSize(6);
    assertThat(recent.sessions(EVER, 100).orElseThrow()).hasSize(1);

    Instant later = begin.plus(Duration.ofDays(30));
    recent.take(new RecordedEvent(30, 1, later, opened("s-2")));
    recent.take(new RecordedEvent(31, 2, later, decided("s-2", 1, Verdict.ALLOW, "SELECT 1")));
    assertThat(recent.commands(begin.plusSeconds(21), 100).orElseThrow()).hasSize(1);
    assertThat(recent.sessions(EVER, 100)).isEmpty();
    assertThat(recent.sessions(later, 100).orElseThrow()).hasSize(1);
  }

  @Test
  void knowsWhereASessionEndsInWhateverOrderItHears() {
    RecentEvents recent = new RecentEvents(Instant.MIN);
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    recent.take(new RecordedEvent(1, 1, begin, opened("s-1")));
    recent.take(
        new RecordedEvent(3, 3, begin.plusSeconds(3), decided("s-1", 2, Verdict.ALLOW, "b")));
    recent.take(
        new RecordedEvent(2, 2, begin.plusSeconds(2), decided("s-1", 1, Verdict.ALLOW, "a")));

    assertThat(recent.extent(new SessionId("s-1"))).hasValue(new RecentEvents.Extent(1, 3));
    assertThat(recent.sessions(begin.plusSeconds(3), 9).orElseThrow()).hasSize(1);
  }
}
