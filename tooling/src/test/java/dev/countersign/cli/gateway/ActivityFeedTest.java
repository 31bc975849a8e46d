package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.pack.ActivityLog;
import dev.countersign.rules.pack.Pack;
import dev.countersign.rules.pack.PackedPolicy;
import dev.countersign.rules.pack.Packs;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What packs know of a subject comes from the journal, before and after a restart. */
class ActivityFeedTest {

  private static final Subject AGENT =
      new Subject("https://i", "a", "a", Subject.Kind.AGENT, Set.of(), Optional.empty());
  private static final Resource ORDERS = new Resource("orders", Resource.Kind.POSTGRES, Map.of());
  private static final SqlAccess ACCESS =
      new SqlAccess(SqlVerb.SELECT, "public.orders", Set.of("id"), true);
  private static final InstantSource CLOCK = InstantSource.system();

  private static final String RULES =
      """
      rule "blocked before"
      when
        Activity( blocksLastMinute >= 2 )
      then
        findings.block("blocked before", "");
      end

      rule "guessed before"
      when
        Activity( guessesLastTenMinutes >= 1 )
      then
        findings.block("guessed before", "");
      end

      rule "too many sessions"
      when
        Activity( openSessions > 2 )
      then
        findings.block("too many sessions", "");
      end

      rule "too fast"
      when
        Activity( commandsLastSecond >= 5 )
      then
        findings.block("too fast", "");
      end

      rule "took too much"
      when
        Activity( bytesLastHour > 1000000 )
      then
        findings.block("took too much", "");
      end

      rule "new table"
      when
        Activity( newTables.size > 0 )
      then
        findings.approve("dba", "new table", "");
      end
      """;

  @TempDir Path directory;

  private static String decides(ActivityLog activity) throws Exception {
    return decides(activity, CLOCK);
  }

  private static String decides(ActivityLog activity, InstantSource clock) throws Exception {
    SqlRow all =
        new SqlRow(
            Particulars.of(2, "SQL-001", "everything", "", List.of("AC-3")),
            new Scope(List.of("*"), "*", "*"),
            List.of("*"),
            "*",
            Condition.ALWAYS,
            Ruling.ALLOW);
    WorkbookPolicy workbook =
        new WorkbookPolicy(new Workbook(Map.of(), List.of(all), List.of(), Map.of(), List.of()));
    return PackedPolicy.of(
            workbook, Packs.compile(List.of(new Pack("test.drl", RULES))), activity, clock)
        .decide(AGENT, ORDERS, new SqlStatement(List.of(ACCESS), Set.of(), false))
        .why()
        .deciding()
        .rule();
  }

  private static Event.CommandDecided decided(SessionId session, long command, Verdict verdict) {
    return new Event.CommandDecided(
        session,
        command,
        "",
        List.of(),
        new CommandFacts.Sql(List.of(ACCESS), false),
        verdict,
        "policy",
        List.of());
  }

  private static Event.CommandCompleted completed(
      SessionId session, long command, Optional<String> sqlState) {
    return completed(session, command, sqlState, 8);
  }

  private static Event.CommandCompleted completed(
      SessionId session, long command, Optional<String> sqlState, long bytes) {
    return new Event.CommandCompleted(session, command, "", sqlState, 1, bytes, List.of(), 1);
  }

  /** Appends, then asks; then asks again what a gateway knows that was started anew. */
  private String afterARestart(Event... events) throws Exception {
    ActivityLog before = new ActivityLog();
    String known;
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      ActivityFeed feed = new ActivityFeed(journal, before, CLOCK);
      for (Event event : events) {
        feed.append(event);
      }
      known = decides(before);
    }
    ActivityLog after = new ActivityLog();
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      new ActivityFeed(journal, after, CLOCK).recall(directory);
    }
    assertThat(decides(after)).isEqualTo(known);
    return known;
  }

  private static Event.SessionOpened opened(SessionId session) {
    return new Event.SessionOpened(session, AGENT, "orders", Map.of(), "", "");
  }

  @Test
  void aTableIsNewUntilItWasUsed() throws Exception {
    SessionId session = SessionId.random();

    assertThat(afterARestart(opened(session), decided(session, 1, Verdict.ALLOW)))
        .as("only asked for")
        .isEqualTo("new table");
    assertThat(
            afterARestart(
                opened(session),
                decided(session, 1, Verdict.ALLOW),
                completed(session, 1, Optional.empty())))
        .isEqualTo("SQL-001");
  }

  @Test
  void blocksCount() throws Exception {
    SessionId session = SessionId.random();

    assertThat(
            afterARestart(
                opened(session),
                decided(session, 1, Verdict.BLOCK),
                decided(session, 2, Verdict.BLOCK)))
        .isEqualTo("blocked before");
  }

  @Test
  void aFailureIsAGuessOnlyIfAConstraintRefused() throws Exception {
    SessionId session = SessionId.random();

    assertThat(
            afterARestart(
                opened(session),
                decided(session, 1, Verdict.ALLOW),
                completed(session, 1, Optional.of("42P01"))))
        .isEqualTo("new table");
    assertThat(
            afterARestart(
                opened(session),
                decided(session, 1, Verdict.ALLOW),
                completed(session, 1, Optional.of("23505"))))
        .isEqualTo("guessed before");
  }

  @Test
  void bytesCountWhetherOrNotTheirCommandFailedInTheEnd() throws Exception {
    SessionId session = SessionId.random();
    Event first = completed(session, 1, Optional.empty(), 600_000);

    assertThat(afterARestart(opened(session), decided(session, 1, Verdict.ALLOW), first))
        .isEqualTo("SQL-001");
    assertThat(
            afterARestart(
                opened(session),
                decided(session, 1, Verdict.ALLOW),
                first,
                decided(session, 2, Verdict.ALLOW),
                completed(session, 2, Optional.of("22012"), 600_000)))
        .isEqualTo("took too much");
  }

  @Test
  void sessionsCountWhileTheyAreOpenAndNoneAfterARestart() throws Exception {
    ActivityLog activity = new ActivityLog();
    SessionId first = SessionId.random();
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      ActivityFeed feed = new ActivityFeed(journal, activity, CLOCK);
      feed.append(opened(first));
      feed.append(opened(SessionId.random()));
      feed.append(opened(SessionId.random()));
      assertThat(decides(activity)).isEqualTo("too many sessions");

      feed.append(new Event.SessionClosed(first, "client left", 0));
      assertThat(decides(activity)).isEqualTo("new table");
      feed.append(opened(SessionId.random()));
    }
    ActivityLog after = new ActivityLog();
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      new ActivityFeed(journal, after, CLOCK).recall(directory);
    }
    assertThat(decides(after)).isEqualTo("new table");
  }

  @Test
  void commandsOfOneSecondAreCounted() throws Exception {
    ActivityLog activity = new ActivityLog();
    SessionId session = SessionId.random();
    InstantSource oneMoment = InstantSource.fixed(CLOCK.instant().plusSeconds(60));
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      ActivityFeed feed = new ActivityFeed(journal, activity, oneMoment);
      feed.append(opened(session));
      for (int command = 1; command <= 5; command++) {
        feed.append(decided(session, command, Verdict.ALLOW));
      }
    }
    assertThat(decides(activity, oneMoment)).isEqualTo("too fast");
    assertThat(decides(activity, InstantSource.fixed(oneMoment.instant().plusSeconds(2))))
        .isEqualTo("new table");
  }
}
