package dev.countersign.cli.demo;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.replay.Replay;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.approvals.ApprovalsClient;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The scripted agent at work through stock kubectl. */
final class KubeTour {

  private final DemoWorld world;
  private final PrintWriter out;
  private final JournalTail journal;
  private final List<String> faults;
  private final Table table = new Table("KUBECTL", "VERDICT", "DECIDED BY", "WHAT THE AGENT SAW");

  KubeTour(DemoWorld world, PrintWriter out, JournalTail journal, List<String> faults) {
    this.world = world;
    this.out = out;
    this.journal = journal;
    this.faults = faults;
  }

  /** Walks; what is not as the workbook says goes to the faults. */
  void walk() throws Exception {
    if (!Kubectl.isInstalled()) {
      out.println("  kubectl is not on the PATH: the cluster prod-eu is left out of the tour.");
      out.println("  Install it, e.g. apt-get install kubernetes-client, and run the tour again.");
      return;
    }
    Path manifest = Files.writeString(Files.createTempFile("countersign-", ".yaml"), PRIVILEGED);
    Optional<SessionId> terminal = Optional.empty();
    try {
      Kubectl kubectl = world.kubectl();
      for (KubeStep step : KubeStep.script(manifest)) {
        Optional<Event.CommandDecided> decided = run(kubectl, step);
        if (!step.input().isEmpty()) {
          terminal = decided.map(Event.CommandDecided::session);
        }
      }
    } finally {
      Files.delete(manifest);
    }
    out.println();
    out.println(table);
    replay(terminal);
  }

  private static final String PRIVILEGED =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: toolbox, namespace: dev}
      spec:
        containers:
        - name: toolbox
          image: registry.shop.example/toolbox:1
          securityContext: {privileged: true}
      """;

  private Optional<Event.CommandDecided> run(Kubectl kubectl, KubeStep step) throws Exception {
    out.println("  agent-7: kubectl " + step.line());
    out.flush();
    if (step.isEndless()) {
      try (Kubectl.Running running = kubectl.begin(step.arguments())) {
        // It lists first, and prints; what it watches is on the record a moment later.
        return judged(step, running.printedUntil(step.seen()));
      }
    }
    return judged(step, answered(kubectl, step));
  }

  private Optional<Event.CommandDecided> judged(KubeStep step, String output)
      throws InterruptedException {
    Optional<Event.CommandDecided> decided =
        journal.nextRequest(request -> request.toString().startsWith(step.request()));
    table.row(
        "kubectl " + step.line(),
        decided.map(event -> event.verdict().name()).orElse("none")
            + step.answer()
                .map(answer -> answer == TourStep.Answer.APPROVE ? " → approved" : " → denied")
                .orElse(""),
        decided.map(event -> event.rows().getFirst().rule()).orElse(""),
        VisibleText.excerpt(matters(output, step.seen()), 100));
    if (decided.isEmpty() || decided.get().verdict() != step.verdict()) {
      faults.add(step.line() + ": verdict " + step.verdict() + " expected, " + output);
    }
    if (!output.contains(step.seen())) {
      faults.add(step.line() + ": kubectl was to print " + step.seen() + ", not " + output);
    }
    if (output.contains(SampleCluster.PASSWORD)
        || output.contains(SampleCluster.base64(SampleCluster.PASSWORD))) {
      faults.add(step.line() + ": kubectl printed a value that is hidden");
    }
    return decided;
  }

  private String answered(Kubectl kubectl, KubeStep step) throws Exception {
    if (step.answer().isEmpty()) {
      return kubectl.run(step.arguments(), step.input()).output();
    }
    ApprovalsClient bob =
        new ApprovalsClient(new ApiClient(world.running().api(), world.running().token("bob")));
    try (Approver _ = Approver.answering(bob, step.answer().get())) {
      return kubectl.run(step.arguments(), step.input()).output();
    }
  }

  /** The line that says most. */
  private static String matters(String output, String seen) {
    return output
        .lines()
        .filter(line -> line.contains("blocked by"))
        .findFirst()
        .or(() -> output.lines().filter(line -> line.contains(seen)).findFirst())
        .or(() -> output.lines().findFirst())
        .orElse("")
        .strip();
  }

  private static boolean isWhole(String played) {
    return played.contains(KubeStep.TYPED) && played.contains("root");
  }

  private String played(SessionId session) throws IOException {
    StringBuilder played = new StringBuilder();
    try (AuditSearch audit = AuditSearch.in(world.running().journal())) {
      for (Replay.Line line : Replay.of(audit.session(session)).lines()) {
        played.append(line.text()).append('\n');
      }
    }
    return played.toString();
  }

  /** Plays the terminal again, without its pauses. */
  private void replay(Optional<SessionId> session) throws IOException {
    if (session.isEmpty()) {
      faults.add("no terminal was recorded");
      return;
    }
    out.println("countersign sessions replay " + session.get() + "   shows:");
    String played = played(session.get());
    // What a terminal shows is on the record a moment after it was shown.
    for (int left = 40; left > 0 && !isWhole(played); left--) {
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
      played = played(session.get());
    }
    played.lines().forEach(text -> out.println("  " + VisibleText.excerpt(text, 120)));
    out.println();
    if (!isWhole(played)) {
      faults.add("the terminal is not on the record as it was: " + played);
    }
  }
}
