package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sessions of the demo world. */
public final class SampleEvents {

  public static final Subject AGENT =
      new Subject(
          "https://idp.example",
          "agent-7",
          "Agent Seven",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));
  public static final Subject BOB =
      new Subject(
          "https://idp.example",
          "bob",
          "Bob",
          Subject.Kind.HUMAN,
          Set.of("dba-approvers"),
          Optional.empty());

  private SampleEvents() {}

  public static Event opened(String session) {
    return new Event.SessionOpened(
        new SessionId(session),
        AGENT,
        "orders",
        Map.of("environment", "production", "owner", "shop"),
        "127.0.0.1:50123",
        "psql");
  }

  public static Event decided(String session, long command, String text, Verdict verdict) {
    SqlVerb verb = verdict == Verdict.BLOCK ? SqlVerb.DROP : SqlVerb.SELECT;
    String table = verdict == Verdict.BLOCK ? "public.payments" : "public.customers";
    return new Event.CommandDecided(
        new SessionId(session),
        command,
        text,
        List.of(Optional.of("17"), Optional.empty()),
        new CommandFacts.Sql(
            List.of(new SqlAccess(verb, table, Set.of("id", "email"), true)), false),
        verdict,
        "f00dfeed",
        List.of(
            new MatchedRow(
                verdict == Verdict.BLOCK ? "SQL-014" : "SQL-001",
                "SQL",
                14,
                verdict,
                verb + " " + table,
                "production schema changes need a ticket",
                "open a ticket",
                List.of("AC-3", "CM-5"))));
  }

  public static Event requested(String session, long command) {
    return new Event.ApprovalRequested(
        new SessionId(session), command, "A-1", "d1935t", Instant.parse("2026-11-23T12:00:00Z"));
  }

  public static Event answered(String session, long command) {
    return new Event.ApprovalAnswered(
        new SessionId(session),
        command,
        "A-1",
        Event.ApprovalAnswered.Answer.APPROVED,
        Optional.of(BOB),
        "looks right");
  }

  public static Event completed(String session, long command) {
    return new Event.CommandCompleted(
        new SessionId(session), command, "SELECT 3", Optional.empty(), 3, List.of("email"), 1_250);
  }

  public static Event closed(String session, long commands) {
    return new Event.SessionClosed(new SessionId(session), "client left", commands);
  }
}
