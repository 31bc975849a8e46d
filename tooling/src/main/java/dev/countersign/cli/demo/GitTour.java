package dev.countersign.cli.demo;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.approvals.ApprovalsClient;
import dev.countersign.cli.terminal.Table;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The scripted agent at work through stock git. */
final class GitTour {

  private static final int SESSIONS_OF_A_PUSH = 20;

  /** Put together, so that this program's own source holds no key. */
  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";

  private final DemoWorld world;
  private final PrintWriter out;
  private final JournalTail journal;
  private final List<String> faults;
  private final Table table = new Table("PUSH", "VERDICT", "DECIDED BY", "WHAT THE AGENT SAW");
  private final Path home;

  GitTour(DemoWorld world, PrintWriter out, JournalTail journal, List<String> faults)
      throws IOException {
    this.world = world;
    this.out = out;
    this.journal = journal;
    this.faults = faults;
    home = Files.createTempDirectory("countersign-tour-git");
  }

  /** Walks; what is not as the workbook says goes to the faults. */
  void walk() throws Exception {
    try {
      Path work = home.resolve("payments");
      world.git(home).must("clone", "-q", world.gitUrl(), work.toString());
      Git git = world.git(work);

      change(git, work, "src/refunds.py", "def refund(order):\n    return None\n", "Add refunds");
      push(git, Verdict.ALLOW, Optional.empty(), "agent/refunds", "push origin HEAD:agent/refunds");
      push(
          git,
          Verdict.APPROVE,
          Optional.of(TourStep.Answer.APPROVE),
          "waiting for approval",
          "push origin HEAD:main");
      push(git, Verdict.BLOCK, Optional.empty(), "GIT-003", "push --force origin HEAD~1:main");
      push(git, Verdict.BLOCK, Optional.empty(), "GIT-003", "push origin :main");

      change(git, work, "config/aws.ini", "[default]\nkey = " + KEY + "\n", "Configure");
      change(git, work, "config/aws.ini", "[default]\n", "Clean up");
      push(
          git,
          Verdict.BLOCK,
          Optional.empty(),
          "aws-access-key in config/aws.ini line 2, commit ",
          "push origin HEAD:agent/aws");

      git.must("reset", "-q", "--hard", "HEAD~2");
      change(git, work, ".github/workflows/ci.yml", "on: pull_request_target\n", "Edit CI");
      push(
          git,
          Verdict.APPROVE,
          Optional.of(TourStep.Answer.DENY),
          "GIT-006",
          "push origin HEAD:agent/ci");
    } finally {
      DemoDirectory.delete(home);
    }
    out.println();
    out.println(table);
  }

  private static void change(Git git, Path work, String file, String text, String message)
      throws IOException, InterruptedException {
    Path path = work.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    git.must("add", "-A");
    git.must("commit", "-q", "-m", message);
  }

  private void push(
      Git git, Verdict verdict, Optional<TourStep.Answer> answer, String seen, String arguments)
      throws Exception {
    out.println("  agent-7: git " + arguments);
    out.flush();
    String output = answered(git, answer, Arrays.asList(arguments.split(" ", -1)));
    Optional<Event.CommandDecided> decided = nextPush();
    table.row(
        "git " + arguments,
        decided.map(event -> event.verdict().name()).orElse("none")
            + answer
                .map(a -> a == TourStep.Answer.APPROVE ? " → approved" : " → denied")
                .orElse(""),
        decided.map(event -> event.rows().getFirst().rule()).orElse(""),
        VisibleText.excerpt(matters(output), 100));
    if (decided.isEmpty() || decided.get().verdict() != verdict) {
      faults.add("git " + arguments + ": verdict " + verdict + " expected, " + output);
    }
    if (!output.contains(seen) || output.contains(KEY)) {
      faults.add("git " + arguments + ": git was to print " + seen + ", not " + output);
    }
  }

  private String answered(Git git, Optional<TourStep.Answer> answer, List<String> arguments)
      throws Exception {
    if (answer.isEmpty()) {
      return git.run(arguments).output();
    }
    ApprovalsClient bob =
        new ApprovalsClient(new ApiClient(world.running().api(), world.running().token("bob")));
    try (Approver _ = Approver.answering(bob, answer.get())) {
      return git.run(arguments).output();
    }
  }

  /** The line that says most. */
  private static String matters(String output) {
    return output
        .lines()
        .filter(line -> line.contains("found ") || line.contains("blocked by"))
        .findFirst()
        .or(() -> output.lines().filter(line -> line.contains("waiting for")).findFirst())
        .or(() -> output.lines().filter(line -> line.contains("->")).findFirst())
        .orElse("")
        .strip();
  }

  /** A push has sessions before it that only list refs. */
  private Optional<Event.CommandDecided> nextPush() throws InterruptedException {
    for (int i = 0; i < SESSIONS_OF_A_PUSH; i++) {
      for (RecordedEvent recorded : journal.nextSession()) {
        if (recorded.event() instanceof Event.CommandDecided decided
            && decided.facts() instanceof CommandFacts.Git(List<RefUpdate> updates)
            && updates.stream().anyMatch(each -> each.change() != RefUpdate.Change.FETCH)) {
          return Optional.of(decided);
        }
      }
    }
    return Optional.empty();
  }
}
