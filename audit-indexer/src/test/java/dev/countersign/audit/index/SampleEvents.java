package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
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

  /** A forced push of a file with a key in it. */
  public static Event pushed(String session, long command, Verdict verdict) {
    return new Event.CommandDecided(
        new SessionId(session),
        command,
        "push refs/heads/main 1f0c 9a7b force",
        List.of(),
        new CommandFacts.Git(
            List.of(
                new RefUpdate(
                    "refs/heads/main",
                    RefUpdate.Change.FORCE,
                    new RefUpdate.Commits(
                        2,
                        0,
                        false,
                        Set.of("a@example.com"),
                        Set.of("c@example.com"),
                        List.of("Add deploy key"),
                        List.of(
                            new RefUpdate.Commits.Commit(
                                "9a7b" + "0".repeat(36), "a@example.com", "c@example.com"))),
                    List.of(
                        new RefUpdate.PathChange(
                            "deploy/key.pem",
                            RefUpdate.PathChange.Status.ADDED,
                            RefUpdate.PathChange.Content.TEXT,
                            1_700,
                            28,
                            0)),
                    List.of(new RefUpdate.Secret("private-key", "deploy/key.pem", "9a7b")),
                    Set.of()))),
        verdict,
        "f00dfeed",
        List.of(
            new MatchedRow(
                "GIT-003",
                "Git",
                5,
                verdict,
                "force refs/heads/main",
                "no force",
                "",
                List.of("CM-5")),
            new MatchedRow(
                "RSK-9",
                "Risk",
                9,
                verdict,
                "risk 70: RSK-1 40 + RSK-2 30",
                "too much at once",
                "",
                List.of("RA-3"))));
  }

  /** A privileged pod. */
  public static Event applied(String session, long command, Verdict verdict) {
    return new Event.CommandDecided(
        new SessionId(session),
        command,
        "POST /api/v1/namespaces/shop/pods",
        List.of(),
        new CommandFacts.Kubernetes(
            new KubeRequest(
                KubeRequest.Verb.CREATE,
                new KubeRequest.Target("pods", "v1", "shop", "debug"),
                new KubeRequest.Body(
                    Set.of(KubeRequest.Trait.PRIVILEGED, KubeRequest.Trait.HOST_PATH),
                    Set.of("busybox:latest"),
                    Set.of()),
                false,
                List.of())),
        verdict,
        "f00dfeed",
        List.of(
            new MatchedRow(
                "K8S-007",
                "Kubernetes",
                7,
                verdict,
                "create pods debug in shop",
                "privileged",
                "",
                List.of("AC-6"))));
  }

  public static Event content(
      String session, long command, Event.ContentRecorded.Stream stream, String content) {
    return new Event.ContentRecorded(new SessionId(session), command, stream, content);
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
        new SessionId(session),
        command,
        "SELECT 3",
        Optional.empty(),
        3,
        96,
        List.of("email"),
        1_250);
  }

  public static Event closed(String session, long commands) {
    return new Event.SessionClosed(new SessionId(session), "client left", commands);
  }
}
