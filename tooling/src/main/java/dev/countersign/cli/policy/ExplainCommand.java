package dev.countersign.cli.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.gateway.ExampleParser;
import dev.countersign.cli.terminal.Table;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.rules.analysis.NearMiss;
import dev.countersign.rules.analysis.NearMisses;
import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.UnreadableCommandException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy explain}. */
@Command(
    name = "explain",
    description =
        "Say what a workbook makes of a command and why: every row that matches, and the rows that"
            + " would if one cell were different.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It was explained.",
      "1:The workbook has a fault.",
      "2:The command cannot be read.",
      "3:Whoever asks, or the target, is not known."
    })
final class ExplainCommand implements Callable<Integer> {

  private static final int MOST_NEAR_MISSES = 5;

  @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  /** Which command; one of them. */
  private static final class Asked {

    @Option(names = "--sql", paramLabel = "TEXT", description = "The command, as SQL.")
    private @Nullable String sql;

    @Option(
        names = "--git",
        paramLabel = "TEXT",
        description = "The command, as: push refs/heads/main src/a.py with unsigned.")
    private @Nullable String git;

    @Option(
        names = "--kube",
        paramLabel = "TEXT",
        description = "The command, as: delete pods web-0 in shop with dry run.")
    private @Nullable String kube;
  }

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Asked asked;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "Who asks. Groups are those of the newest recorded session, unless given.")
  private @Nullable String name;

  @Option(
      names = "--groups",
      split = ",",
      paramLabel = "GROUP",
      description = "The groups of who asks.")
  private @Nullable Set<String> groups;

  @Option(
      names = "--on",
      required = true,
      paramLabel = "RESOURCE",
      description = "The name of the target.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String resource;

  @Option(
      names = "--environment",
      paramLabel = "NAME",
      description =
          "The target's environment; that of the configuration or of the workbook's tests, unless"
              + " given.")
  private @Nullable String environment;

  @Option(
      names = "--day",
      paramLabel = "YYYY-MM-DD",
      description = "The day whose rows hold; today unless given.")
  private @Nullable LocalDate day;

  @Mixin private final Recording recording = new Recording();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What {@code --json} prints. */
  private record Report(
      String policy,
      Verdict verdict,
      String rule,
      Set<String> groups,
      String resource,
      String environment,
      List<MatchedRow> rows,
      List<NearMiss> nearMisses) {}

  @Override
  public Integer call() throws IOException {
    InstantSource clock =
        day == null
            ? InstantSource.system()
            : InstantSource.fixed(day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC));
    LocalDate when = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    WorkbookPolicy policy = new WorkbookPolicy(Draft.open(workbook).workbook(), clock);
    Resource target = target(policy);
    Subject subject = subject();
    List<Decision> decisions = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    for (Act act : acts(policy.id(), decisions)) {
      decisions.add(policy.decide(subject, target, act));
      misses.addAll(NearMisses.of(policy.workbook(), when, subject, target, act, MOST_NEAR_MISSES));
    }
    if (decisions.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "there is no statement in it");
    }
    tell(policy.id(), subject, target, decisions, misses);
    return ExitCode.OK;
  }

  private List<? extends Act> acts(String version, List<Decision> decisions) {
    try {
      if (asked.git != null) {
        return List.of(CommandWords.git(without(CommandWords.GIT, asked.git)));
      }
      if (asked.kube != null) {
        return List.of(CommandWords.kubernetes(without(CommandWords.KUBERNETES, asked.kube)));
      }
    } catch (UnreadableCommandException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    return statements(requireNonNull(asked.sql), version, decisions);
  }

  /** As the sheet Tests writes it, with the name of the protocol before it, it is taken too. */
  private static String without(String prefix, String text) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  /** The text's statements; where it has no meaning, what the gateway says of it. */
  private static List<SqlStatement> statements(
      String sql, String version, List<Decision> decisions) {
    try (SqlClassifier classifier = new SqlClassifier()) {
      return new ExampleParser(classifier).apply(sql);
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof SqlRefused refused) {
        decisions.add(
            Decision.Block.builtIn(version, refused.rule().id(), "", refused.reason(), ""));
        return List.of();
      }
      throw e;
    }
  }

  private Subject subject() throws IOException {
    String who = name == null ? "somebody" : name;
    if (groups == null) {
      if (name == null || !recording.isThere()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "who asks? give --groups, or --as with a demo that runs, --config or --journal to look"
                + " them up");
      }
      return recording
          .lastSession(name)
          .map(Event.SessionOpened::subject)
          .orElseThrow(
              () ->
                  new CommandFailure(
                      ExitCode.NOT_FOUND, who + " has no recorded session; give --groups"));
    }
    return new Subject("command line", who, who, Subject.Kind.AGENT, groups, Optional.empty());
  }

  private Resource target(WorkbookPolicy policy) {
    List<Resource> registered =
        recording.resources().stream().filter(each -> each.kind() == kind()).toList();
    Optional<Resource> known =
        registered.stream().filter(each -> each.name().equals(resource)).findFirst();
    if (environment == null && known.isPresent()) {
      return known.get();
    }
    if (environment == null && !registered.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no resource "
              + resource
              + "; there are "
              + String.join(", ", registered.stream().map(Resource::name).sorted().toList()));
    }
    String label =
        environment != null
            ? environment
            : policy.workbook().tests().stream()
                .filter(test -> test.resource().equals(resource))
                .map(TestRow::environment)
                .findFirst()
                .orElse("");
    return new Resource(
        resource, kind(), label.isEmpty() ? Map.of() : Map.of("environment", label));
  }

  private Resource.Kind kind() {
    if (asked.git != null) {
      return Resource.Kind.GIT;
    }
    return asked.kube != null ? Resource.Kind.KUBERNETES : Resource.Kind.POSTGRES;
  }

  private void tell(
      String version,
      Subject subject,
      Resource target,
      List<Decision> decisions,
      List<NearMiss> misses) {
    Decision strictest =
        decisions.stream()
            .max(Comparator.comparing(Decision::verdict))
            .orElse(decisions.getFirst());
    MatchedRow deciding = strictest.why().deciding();
    List<MatchedRow> rows =
        decisions.stream().flatMap(decision -> decision.why().rows().stream()).toList();
    if (json) {
      Json.print(
          new Report(
              version,
              strictest.verdict(),
              deciding.rule(),
              new TreeSet<>(subject.groups()),
              target.name(),
              target.environment(),
              rows,
              misses),
          out());
      return;
    }
    print("%s by %s".formatted(strictest.verdict(), place(deciding)));
    print("  " + deciding.reason());
    if (!deciding.hint().isEmpty()) {
      print("  hint: " + deciding.hint());
    }
    if (strictest instanceof Decision.Approve approve) {
      approve
          .demand()
          .groups()
          .forEach(any -> print("  waits for one of " + String.join(", ", new TreeSet<>(any))));
    }
    print(
        "  asked as %s in %s on %s%s"
            .formatted(
                subject.name(),
                String.join(", ", new TreeSet<>(subject.groups())),
                target.name(),
                target.environment().isEmpty() ? "" : " (" + target.environment() + ")"));
    out().println();
    Table table = new Table("PART", "ROW THAT MATCHES", "VERDICT", "REASON");
    rows.forEach(
        row ->
            table.row(
                row.part(),
                place(row),
                row.verdict().name().toLowerCase(Locale.ROOT),
                row.reason()));
    out().print(table);
    List<MatchedRow> observed =
        decisions.stream().flatMap(decision -> decision.why().observed().stream()).toList();
    if (!observed.isEmpty()) {
      out().println();
      print("Only observed:");
      observed.forEach(
          row ->
              print(
                  "  %s would %s %s: %s"
                      .formatted(
                          place(row),
                          row.verdict().name().toLowerCase(Locale.ROOT),
                          row.part(),
                          row.reason())));
    }
    String part = "";
    for (NearMiss miss : misses) {
      if (!miss.part().equals(part)) {
        part = miss.part();
        out().println();
        print("Nearly matched " + part + ":");
      }
      print("  " + miss);
    }
  }

  private static String place(MatchedRow row) {
    return row.sheet().equals(MatchedRow.BUILT_IN)
        ? row.rule() + " (built in)"
        : "%s (%s row %d)".formatted(row.rule(), row.sheet(), row.row());
  }

  private void print(String line) {
    out().println(VisibleText.line(line));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
