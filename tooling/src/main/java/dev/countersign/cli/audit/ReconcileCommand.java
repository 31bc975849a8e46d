package dev.countersign.cli.audit;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.reconcile.Difference;
import dev.countersign.audit.reconcile.GitReconciliation;
import dev.countersign.audit.reconcile.KubernetesReconciliation;
import dev.countersign.audit.reconcile.Outcome;
import dev.countersign.audit.reconcile.PostgresReconciliation;
import dev.countersign.audit.reconcile.Reconciliation;
import dev.countersign.audit.reconcile.UnreadableLogException;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit reconcile}: the journal beside what an upstream wrote itself. */
@Command(
    name = "reconcile",
    description = {
      "Compare the journal with an upstream's own log: what reached it without passing the gateway,"
          + " and what was released that it never saw.",
      "docs/auditors.md says how each upstream has to log."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Both sides know the same.", "1:They differ.", "69:A log cannot be read."})
final class ReconcileCommand implements Runnable {

  private static final int WIDTH = 100;
  private static final Duration SKEW = Duration.ofSeconds(2);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What all kinds of upstream are asked with. */
  static final class Asked {
    @Mixin private final Source source = new Source();

    @Option(
        names = "--resource",
        required = true,
        paramLabel = "NAME",
        description = "The resource's name in the journal.")
    private String resource = "";

    @Option(
        names = "--clock-skew",
        paramLabel = "SECONDS",
        description = "By how much the clocks may differ; 2 if it is not given.")
    private @Nullable Integer skew;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    private Reconciliation.Question question(boolean readsAreLogged) {
      return new Reconciliation.Question(
          source.whole(), resource, skew == null ? SKEW : Duration.ofSeconds(skew), readsAreLogged);
    }
  }

  /** A comparison that is still to be made. */
  @FunctionalInterface
  private interface Comparison {
    Outcome run() throws IOException;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say with what: postgres, git or kubernetes");
  }

  @Command(
      name = "postgres",
      description = "With PostgreSQL's log, as csvlog or jsonlog.",
      mixinStandardHelpOptions = true)
  int postgres(
      @Mixin Asked asked,
      @Option(
              names = "--database",
              paramLabel = "NAME",
              description = "The database's name there; the resource's name if it is not given.")
          @Nullable String database,
      @Option(
              names = "--gateway",
              paramLabel = "ADDRESS",
              description =
                  "An address of a gateway, as PostgreSQL sees it; may be repeated. What comes from"
                      + " elsewhere is a difference, whatever it calls itself.")
          @Nullable List<String> gateways,
      @Option(
              names = "--only-changes",
              description = "The server logs what changes something only (log_statement = mod).")
          boolean onlyChanges,
      @Parameters(arity = "1..*", paramLabel = "LOG", description = "Files, .csv or .json.")
          List<Path> logs)
      throws IOException, InterruptedException {
    return tell(
        asked,
        () ->
            new PostgresReconciliation(
                    asked.question(!onlyChanges),
                    database == null ? asked.resource : database,
                    gateways == null ? Set.of() : Set.copyOf(gateways))
                .with(logs));
  }

  @Command(
      name = "git",
      description = "With the reflogs of the upstream's repository.",
      mixinStandardHelpOptions = true)
  int git(
      @Mixin Asked asked,
      @Parameters(index = "0", paramLabel = "DIR", description = "The repository on its host.")
          Path repository)
      throws IOException, InterruptedException {
    return tell(asked, () -> new GitReconciliation(asked.question(true)).with(repository));
  }

  @Command(
      name = "kubernetes",
      description = "With an API server's audit log, as JSON lines.",
      mixinStandardHelpOptions = true)
  int kubernetes(
      @Mixin Asked asked,
      @Option(
              names = "--ignore-user",
              paramLabel = "NAME",
              split = ",",
              defaultValue =
                  "system:node:*,system:kube-*,system:apiserver,system:serviceaccount:kube-system:*",
              description =
                  "Users that need no gateway, * for any characters; ${DEFAULT-VALUE} if none is"
                      + " given.")
          List<String> ignored,
      @Option(
              names = "--only-changes",
              description = "The audit policy keeps what changes something only.")
          boolean onlyChanges,
      @Parameters(arity = "1..*", paramLabel = "LOG", description = "Files.") List<Path> logs)
      throws IOException, InterruptedException {
    return tell(
        asked,
        () -> new KubernetesReconciliation(asked.question(!onlyChanges), ignored).with(logs));
  }

  private int tell(Asked asked, Comparison comparison) throws IOException, InterruptedException {
    Outcome outcome = outcome(comparison);
    asked.source.recordReading(
        reader -> new Event.RecordSearched(reader, "reconcile " + asked.resource, outcome.count()),
        spec.commandLine().getErr());
    if (asked.json) {
      out().println(ReconcileJson.of(asked.resource, outcome));
    } else {
      words(asked.resource, outcome);
    }
    return outcome.isComplete() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Outcome outcome(Comparison comparison) throws IOException {
    try {
      return comparison.run();
    } catch (UnreadableLogException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, "there is no " + e.getMessage(), e);
    }
  }

  private void words(String resource, Outcome outcome) {
    if (outcome.from().isEmpty()) {
      out().println("The log has no entry about " + resource + ": nothing was compared.");
      return;
    }
    out()
        .println(
            "%s, %s to %s: %d entries, %d of them released by the gateway, %d the gateway's own"
                .formatted(
                    resource,
                    outcome.from().get(),
                    outcome.until().orElseThrow(),
                    outcome.entries(),
                    outcome.matched(),
                    outcome.gatewaysOwn()));
    if (outcome.outside() > 0) {
      out()
          .println(outcome.outside() + " lie before or after what the journal holds: not compared");
    }
    if (outcome.ignored() > 0) {
      out().println(outcome.ignored() + " are of users that were to be left out (--ignore-user)");
    }
    if (outcome.isComplete()) {
      out().println("Nothing passed by the gateway, and nothing that it released is missing.");
      return;
    }
    Map<Difference.Kind, Table> tables = new EnumMap<>(Difference.Kind.class);
    for (Difference difference : outcome.differences()) {
      tables
          .computeIfAbsent(difference.kind(), any -> new Table("TIME", "WHERE", "WHO", "WHAT"))
          .row(
              difference.time(),
              VisibleText.line(difference.where()),
              VisibleText.line(difference.who()),
              VisibleText.excerpt(difference.what(), WIDTH));
    }
    tables.forEach(
        (kind, table) -> {
          out().println();
          out().println("What " + kind.words() + ":");
          out().print(table);
        });
    out().println();
    out().println(outcome.count() + " differences");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
