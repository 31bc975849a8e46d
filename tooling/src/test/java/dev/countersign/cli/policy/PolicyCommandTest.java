package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.DemoPolicy;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyCommandTest {

  private static final Subject AGENT =
      new Subject(
          "https://issuer",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.empty());

  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private static Run policy(Object... arguments) {
    List<String> all = new ArrayList<>(List.of("policy"));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Countersign.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  private Path demo() throws IOException {
    Path file = folder.resolve("demo.xlsx");
    DemoPolicy.write(file);
    return file;
  }

  /** The demo's workbook with other rows on the sheet SQL. */
  private Path draft(UnaryOperator<List<SqlRow>> change) throws IOException {
    Workbook demo = DemoPolicy.workbook();
    Path file = folder.resolve("draft.xlsx");
    WorkbookWriter.write(
        new Workbook(
            demo.about(),
            change.apply(new ArrayList<>(demo.sql())),
            demo.masking(),
            demo.lists(),
            demo.tests()),
        file);
    return file;
  }

  private static List<SqlRow> withAllowedDelete(List<SqlRow> rows) {
    rows.add(
        new SqlRow(
            Particulars.of(rows.size() + 2, "SQL-100", "the nightly job", "", List.of()),
            new Scope(List.of("ai-agents"), "orders", "*"),
            List.of("DELETE"),
            "public.orders",
            Condition.WITHOUT_WHERE,
            Ruling.ALLOW));
    return rows;
  }

  /** Whoever may read orders may not any more. */
  private static List<SqlRow> withoutReading(List<SqlRow> rows) {
    SqlRow first = rows.getFirst();
    rows.set(
        0,
        new SqlRow(
            first.particulars(),
            first.scope(),
            first.actions(),
            "public.nothing",
            first.condition(),
            first.ruling()));
    return rows;
  }

  @Test
  void theDemosWorkbookHasNoFaultAndNoWarning() throws IOException {
    Run lint = policy("lint", demo());

    assertThat(lint.code()).as(lint.out() + lint.err()).isEqualTo(ExitCode.OK);
    assertThat(lint.out()).contains(": 0 warnings, ");
  }

  @Test
  void warningsFailAndAreWrittenIntoACopy() throws IOException {
    Path draft = draft(PolicyCommandTest::withAllowedDelete);
    Path copy = folder.resolve("copy.xlsx");

    Run lint = policy("lint", draft, "--write-copy", copy);

    assertThat(lint.code()).isEqualTo(ExitCode.FAILED);
    assertThat(lint.out()).contains("SQL-100 (allow) never decides", "SQL-011 (block) in row 12");
    assertThat(WorkbookReader.read(copy)).isEqualTo(WorkbookReader.read(draft));
    assertThat(policy("lint", draft, "--write-copy", draft).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void faultsAreToldWithoutAnalysis() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.xlsx"), "no workbook");

    Run lint = policy("lint", broken);
    Run json = policy("lint", broken, "--json");

    assertThat(lint.code()).isEqualTo(ExitCode.FAILED);
    assertThat(lint.out()).contains("fault    file: found something that is not a workbook");
    assertThat(new ObjectMapper().readTree(json.out()).at("/faults/0/level").asText())
        .isEqualTo("fault");
    assertThat(policy("test", broken).code()).isEqualTo(ExitCode.FAILED);
    assertThat(policy("lint", folder.resolve("none.xlsx")).code()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void packsAreToldSoundOrNamedByLine() throws IOException {
    Path packs = Files.createDirectory(folder.resolve("packs"));
    Path shipped = Path.of("../policy/packs");
    Run sound = policy("packs", shipped);
    String anomaly = Files.readString(shipped.resolve("anomaly.drl"));
    Files.writeString(packs.resolve("anomaly.drl"), anomaly.replace("blocksLast", "blokksLast"));

    Run broken = policy("packs", packs);

    assertThat(sound.code()).isEqualTo(ExitCode.OK);
    assertThat(sound.out()).contains("rules that are sound: 15");
    assertThat(broken.code()).isEqualTo(ExitCode.FAILED);
    assertThat(broken.out()).contains("anomaly.drl:7: found the word blokksLastMinute; allowed: ");
    assertThat(policy("packs", shipped, "--json").out()).contains("\"rules\" : 15");
    assertThat(policy("packs", packs, "--json").out()).contains("anomaly.drl:7: found");
    assertThat(policy("packs", folder.resolve("none")).code()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void testsPrintLikeATestRunnerAndReportForBuildServers() throws IOException {
    Path report = folder.resolve("report.xml");

    Run passing = policy("test", demo());
    Run failing = policy("test", draft(PolicyCommandTest::withoutReading), "--report", report);

    assertThat(passing.code()).isEqualTo(ExitCode.OK);
    assertThat(passing.out()).contains("ok     TEST-01").contains(", 0 failed");
    assertThat(failing.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failing.out()).contains("FAILED TEST-01", "Tests row 2 expects allow by SQL-001");
    assertThat(Files.readString(report))
        .contains("<testsuite name=\"draft.xlsx\"", "<failure message=\"Tests!2: TEST-01 expected");
  }

  @Test
  void explainsAVerdictAndWhatNearlyMatched() throws IOException {
    Run explain =
        policy(
            "explain",
            demo(),
            "--sql",
            "UPDATE orders SET status = 'paid' WHERE id = 1",
            "--groups",
            "ai-agents",
            "--on",
            "orders");

    assertThat(explain.code()).isEqualTo(ExitCode.OK);
    assertThat(explain.out())
        .startsWith("APPROVE by SQL-009 (SQL row 10)")
        .contains("waits for one of dba-approvers")
        .contains("Nearly matched UPDATE public.orders:")
        .contains("SQL row 13 (SQL-012, block) would match if the statement had no WHERE");
    assertThat(
            policy("explain", demo(), "--sql", "SELEC 1", "--groups", "g", "--on", "orders").out())
        .startsWith("BLOCK by PG-SYNTAX (built in)");
    assertThat(policy("explain", demo(), "--sql", "SELECT 1", "--on", "orders").code())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void explainsGitAndKubernetesToo() {
    Path fresh = folder.resolve("fresh.xlsx");
    assertThat(policy("new", fresh).code()).isEqualTo(ExitCode.OK);

    assertThat(explain(fresh, "--git", "push refs/heads/main a.py").out())
        .startsWith("APPROVE by GIT-001 (Git row 2)")
        .contains("fast-forward refs/heads/main a.py");
    assertThat(explain(fresh, "--git", "git push refs/heads/mine a.py").out())
        .startsWith("BLOCK by DEFAULT")
        .contains("would match if Ref were refs/heads/main instead of refs/heads/mine");
    assertThat(explain(fresh, "--kube", "create pods in shop with privileged").out())
        .startsWith("BLOCK by KUB-001 (Kubernetes row 2)");
    assertThat(explain(fresh, "--kube", "create pods in shop").out())
        .contains("would match if the request had privileged");
    assertThat(explain(fresh, "--git", "push main"))
        .satisfies(run -> assertThat(run.code()).isEqualTo(ExitCode.USAGE))
        .satisfies(run -> assertThat(run.err()).contains("did you mean \"refs/heads/main\"?"));
  }

  private static Run explain(Path workbook, String how, String command) {
    return policy("explain", workbook, how, command, "--groups", "ai-agents", "--on", "r");
  }

  @Test
  void simulatesWhatWasPushedAndAskedOfClusters() throws IOException {
    Path journal = folder.resolve("journal");
    Path fresh = folder.resolve("fresh.xlsx");
    assertThat(policy("new", fresh).code()).isEqualTo(ExitCode.OK);
    SessionId session = new SessionId("s-1");
    MatchedRow allowed = new MatchedRow("X-1", "Git", 2, Verdict.ALLOW, "", "r", "", List.of());
    MatchedRow unread = MatchedRow.builtIn("GIT-PACK", "", "no pack", "");
    try (SegmentedJournal open = SegmentedJournal.open(JournalConfig.at(journal))) {
      open.append(
          new Event.SessionOpened(session, AGENT, "payments", Map.of(), "127.0.0.1", "git"));
      open.append(
          decided(
              session,
              1,
              "push",
              new CommandFacts.Git(
                  List.of(
                      CommandWords.git("push refs/heads/x a"),
                      CommandWords.git("push refs/heads/main a"))),
              allowed));
      open.append(
          decided(
              session,
              2,
              "POST pods",
              new CommandFacts.Kubernetes(
                  CommandWords.kubernetes("create pods in shop with privileged")),
              allowed));
      open.append(decided(session, 3, "push", new CommandFacts.Git(List.of()), unread));
    }

    Run simulated = policy("simulate", fresh, "--journal", journal);

    assertThat(simulated.out())
        .contains("3 commands since", "1 were refused by the gateway itself")
        .doesNotContain("could not be replayed")
        .contains("2 would change: 2 allow → block", "KUB-001", "agent-7 on payments: POST pods");
  }

  @Test
  void comparesByCellAndByBehaviour() throws IOException {
    Path draft = draft(PolicyCommandTest::withoutReading);
    Path commands =
        Files.writeString(
            folder.resolve("commands.tsv"),
            "# one a line\nai-agents\torders\tproduction\tSELECT id FROM orders\n");

    Run sampled = policy("diff", demo(), draft);
    Run asked = policy("diff", demo(), draft, "--commands", commands);

    assertThat(policy("diff", demo(), demo()).code()).isEqualTo(ExitCode.OK);
    assertThat(sampled.code()).isEqualTo(ExitCode.FAILED);
    assertThat(sampled.out())
        .contains("changed  SQL row 2: SQL-001", "Object: public.* → public.nothing")
        .contains("allow → block")
        .contains("mask → block");
    assertThat(asked.out()).contains("Of 1 commands").contains("1 change: 1 allow → block");
    Files.writeString(commands, "ai-agents orders\n");
    assertThat(policy("diff", demo(), draft, "--commands", commands).err())
        .contains("commands.tsv line 1: write groups");
  }

  @Test
  void simulatesWhatWasRecorded() throws IOException {
    Path journal = folder.resolve("journal");
    record(journal);

    Run same = policy("simulate", demo(), "--journal", journal);
    Run other =
        policy(
            "simulate", draft(PolicyCommandTest::withoutReading), "--journal", journal, "--json");

    assertThat(same.code()).as(same.out() + same.err()).isEqualTo(ExitCode.OK);
    assertThat(same.out())
        .contains("4 commands since")
        .contains("1 were refused by the gateway itself")
        .contains("1 could not be replayed")
        .contains("None would change.");
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    JsonNode report = new ObjectMapper().readTree(other.out());
    assertThat(report.path("changed").asInt()).isEqualTo(2);
    assertThat(report.at("/changes/0/change").asText()).isEqualTo("allow → block");
    assertThat(report.at("/changes/0/examples/0").asText())
        .isEqualTo("agent-7 on orders: SELECT id FROM orders");
  }

  @Test
  void whoAsksIsLookedUpInTheRecord() throws IOException {
    Path journal = folder.resolve("journal");
    record(journal);

    Run explain =
        policy(
            "explain",
            demo(),
            "--sql",
            "SELECT id FROM orders",
            "--as",
            "agent-7",
            "--on",
            "orders",
            "--journal",
            journal);

    assertThat(explain.out())
        .startsWith("ALLOW by SQL-001")
        .contains("asked as agent-7 in ai-agents on orders (production)");
    assertThat(policy("lint", demo(), "--journal", journal).out())
        .contains("No command matched SQL-008 (allow) since")
        .doesNotContain("No command matched SQL-001");
  }

  /** Two reads, a text that is no SQL, and a command of which nothing is known. */
  private static void record(Path directory) {
    SessionId session = new SessionId("s-1");
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      journal.append(
          new Event.SessionOpened(
              session, AGENT, "orders", Map.of("environment", "production"), "127.0.0.1", "psql"));
      MatchedRow reading =
          new MatchedRow(
              "SQL-001", "SQL", 2, Verdict.ALLOW, "SELECT public.orders", "r", "", List.of());
      List<SqlAccess> accesses =
          List.of(new SqlAccess(SqlVerb.SELECT, "public.orders", Set.of("id"), false));
      for (int i = 1; i <= 2; i++) {
        journal.append(decided(session, i, "SELECT id FROM orders", accesses, reading));
      }
      MatchedRow syntax = MatchedRow.builtIn("PG-SYNTAX", "", "no SQL", "");
      journal.append(decided(session, 3, "SELEC", List.of(), syntax));
      journal.append(decided(new SessionId("s-2"), 1, "SELECT", accesses, reading));
    }
  }

  private static Event decided(
      SessionId session, long number, String text, List<SqlAccess> accesses, MatchedRow row) {
    return decided(session, number, text, new CommandFacts.Sql(accesses, false), row);
  }

  private static Event decided(
      SessionId session, long number, String text, CommandFacts facts, MatchedRow row) {
    return new Event.CommandDecided(
        session, number, text, List.of(), facts, row.verdict(), "v", List.of(row));
  }
}
