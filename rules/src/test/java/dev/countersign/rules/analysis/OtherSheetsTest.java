package dev.countersign.rules.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On Git and Kubernetes, too, rows that are named idle can go without any verdict changing. */
final class OtherSheetsTest {

  private static final int TABLES = 60;
  private static final int ROWS = 10;
  private static final int ASKED = 400;
  private static final List<Ruling> RULINGS =
      List.of(Ruling.ALLOW, Ruling.ALLOW, Ruling.BLOCK, SmallTable.approve("x"));

  /** What is run; nothing first. */
  private static final List<String> COMMANDS = List.of("", "ls /tmp", "LS /tmp", "ls x", "psql");

  private final Random random = new Random(11);

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private String anyOf(String... values) {
    return any(List.of(values));
  }

  private Scope scope() {
    return new Scope(List.of(anyOf("*", "*", "g", "h")), anyOf("*", "r"), "*");
  }

  private static Particulars particulars(int number) {
    return Particulars.of(number, "R-" + number, "reason", "", List.of());
  }

  private GitRow git(int number) {
    return new GitRow(
        particulars(number),
        scope(),
        List.of(anyOf("*", "create", "force", "delete")),
        anyOf("*", "refs/heads/*", "refs/heads/Main", "refs/heads/main"),
        anyOf("*", "*", "src/*", "src/a", "SRC/A"),
        any(List.of(GitCondition.ALWAYS, GitCondition.ALWAYS, any(List.of(GitCondition.values())))),
        any(RULINGS));
  }

  private RefUpdate update() {
    List<PathChange> paths = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      paths.add(
          new PathChange(
              anyOf("src/a", "SRC/A", "src/b", "b"),
              PathChange.Status.ADDED,
              any(List.of(PathChange.Content.values())),
              1,
              1,
              1));
    }
    return new RefUpdate(
        anyOf("refs/heads/main", "refs/heads/Main", "refs/heads/x", "refs/tags/t"),
        any(List.of(RefUpdate.Change.values())),
        new RefUpdate.Commits(1, random.nextBoolean(), Set.of(), Set.of(), List.of()),
        paths,
        random.nextBoolean() ? List.of() : List.of(new RefUpdate.Secret("key", "src/a", "1")),
        Set.of());
  }

  private KubernetesRow kubernetes(int number) {
    return new KubernetesRow(
        particulars(number),
        scope(),
        List.of(anyOf("*", "get", "list", "create")),
        anyOf("*", "pods*", "pods", "Pods/exec"),
        anyOf("*", "*", "prod", "prod*", "-"),
        any(
            List.of(
                KubeCondition.ALWAYS, KubeCondition.ALWAYS, any(List.of(KubeCondition.values())))),
        anyOf("*", "*", "ls *", "ls /tmp", "LS /tmp"),
        any(RULINGS));
  }

  private KubeRequest request() {
    Set<KubeRequest.Trait> traits =
        random.nextBoolean() ? Set.of() : Set.of(any(List.of(KubeRequest.Trait.values())));
    return new KubeRequest(
        any(List.of(KubeRequest.Verb.values())),
        new KubeRequest.Target(
            anyOf("pods", "pods/exec", "secrets", "/healthz"),
            "v1",
            anyOf("", "prod", "prod-eu", "dev"),
            anyOf("", "x")),
        new KubeRequest.Body(traits, random.nextBoolean() ? Set.of() : Set.of("evil"), Set.of()),
        random.nextBoolean(),
        any(List.of(List.of(), List.of("ls", "/tmp"), List.of("LS", "/tmp"), List.of("ls", "x"))));
  }

  private Subject subject() {
    return new Subject(
        "i",
        "s",
        "s",
        Subject.Kind.AGENT,
        any(List.of(Set.of("g"), Set.of("h"), Set.of("g", "h"))),
        Optional.empty());
  }

  private Resource resource(Resource.Kind kind) {
    return new Resource(anyOf("r", "s"), kind, Map.of());
  }

  private static Workbook workbook(List<GitRow> git, List<KubernetesRow> kubernetes) {
    return new Workbook(
        Map.of(), List.of(), git, kubernetes, List.of(), List.of(), List.of(), Map.of(), List.of());
  }

  private static Set<String> idle(List<Entry> entries) {
    return new Coverage(entries, SmallTable.TODAY)
        .findings().stream().map(Finding::rule).collect(Collectors.toSet());
  }

  /** Git LFS is off by default: who never speaks of it is told nothing about it. */
  @Test
  void whoSpeaksOfSomeLargeFilesIsToldOfTheOthers() {
    assertThat(missing("create")).noneMatch(action -> action.startsWith("lfs-"));
    assertThat(missing("lfs-upload"))
        .contains("lfs-download", "lfs-lock", "lfs-unlock", "lfs-force-unlock", "fetch")
        .doesNotContain("lfs-upload");
    assertThat(missing("*")).isEmpty();
  }

  private static Set<String> missing(String action) {
    GitRow row =
        new GitRow(
            particulars(2),
            new Scope(List.of("*"), "*", "*"),
            List.of(action),
            "*",
            "*",
            GitCondition.ALWAYS,
            Ruling.ALLOW);
    Surroundings known =
        new Surroundings(
            SmallTable.TODAY,
            List.of(new Resource("r", Resource.Kind.GIT, Map.of())),
            Optional.empty());
    return Analysis.of(new WorkbookPolicy(workbook(List.of(row), List.of())), known).stream()
        .filter(finding -> finding.kind() == Finding.Kind.GAP)
        .flatMap(finding -> finding.witnesses().stream())
        .map(witness -> witness.command().split(" ", 2)[0])
        .collect(Collectors.toSet());
  }

  @Test
  void idleRowsOfTheSheetGitCanGo() {
    int found = 0;
    for (int table = 0; table < TABLES; table++) {
      List<GitRow> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        rows.add(git(i + 2));
      }
      Workbook all = workbook(rows, List.of());
      Set<String> idle = idle(new Sheets(all).git());
      found += idle.size();
      WorkbookPolicy before = new WorkbookPolicy(all);
      WorkbookPolicy after =
          new WorkbookPolicy(
              workbook(rows.stream().filter(row -> !idle.contains(row.id())).toList(), List.of()));
      for (int i = 0; i < ASKED; i++) {
        Subject subject = subject();
        Resource resource = resource(Resource.Kind.GIT);
        RefUpdate update = update();
        Verdict expected = before.decide(subject, resource, update).verdict();
        assertThat(after.decide(subject, resource, update).verdict())
            .as("%s without %s: %s", rows, idle, update)
            .isEqualTo(expected);
      }
    }
    assertThat(found).isGreaterThan(TABLES);
  }

  @Test
  void idleRowsOfTheSheetKubernetesCanGo() {
    int found = 0;
    for (int table = 0; table < TABLES; table++) {
      List<KubernetesRow> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        rows.add(kubernetes(i + 2));
      }
      Workbook all = workbook(List.of(), rows);
      Set<String> idle = idle(new Sheets(all).kubernetes());
      found += idle.size();
      WorkbookPolicy before = new WorkbookPolicy(all);
      WorkbookPolicy after =
          new WorkbookPolicy(
              workbook(List.of(), rows.stream().filter(row -> !idle.contains(row.id())).toList()));
      for (int i = 0; i < ASKED; i++) {
        Subject subject = subject();
        Resource resource = resource(Resource.Kind.KUBERNETES);
        KubeRequest request = request();
        Verdict expected = before.decide(subject, resource, request).verdict();
        assertThat(after.decide(subject, resource, request).verdict())
            .as("%s without %s: %s", rows, idle, request)
            .isEqualTo(expected);
      }
    }
    assertThat(found).isGreaterThan(TABLES);
  }

  /** All that a part of a change can be, as far as the rows can tell. */
  private static List<Area.Point> changes() {
    List<Area.Point> all = new ArrayList<>();
    for (String change : List.of("create", "force", "delete", "fetch")) {
      for (String ref : List.of("refs/heads/main", "refs/heads/Main", "refs/heads/x", "refs/x")) {
        for (String path : List.of("", "src/a", "SRC/A", "src/b", "SRC/B", "b")) {
          for (String content : List.of("", "binary", "link")) {
            for (String more : List.of("", "secret", "unsigned", "secret, unsigned")) {
              String conditions =
                  Side.Conditions.join(
                      Stream.of(content, more)
                          .flatMap(each -> Side.Conditions.split(each).stream())
                          .toList());
              all.addAll(everywhere(change, ref, path, conditions));
            }
          }
        }
      }
    }
    return all;
  }

  private static List<Area.Point> requests(List<KubernetesRow> rows) {
    List<String> asked =
        rows.stream()
            .map(KubernetesRow::condition)
            .filter(each -> each != KubeCondition.ALWAYS)
            .map(Sheets::word)
            .toList();
    Set<String> conditions = new LinkedHashSet<>(List.of(""));
    for (String one : asked) {
      asked.forEach(other -> conditions.add(Side.Conditions.join(List.of(one, other))));
    }
    List<Area.Point> all = new ArrayList<>();
    for (String verb : List.of("get", "list", "create")) {
      for (String object : List.of("pods", "pods/exec", "Pods/exec", "podsx", "x")) {
        for (String namespace : List.of("", "prod", "prodx", "dev")) {
          for (String condition : conditions) {
            for (String command : COMMANDS) {
              all.addAll(everywhere(verb, object, namespace, condition, command));
            }
          }
        }
      }
    }
    return all;
  }

  private static List<Area.Point> everywhere(String... values) {
    List<Area.Point> all = new ArrayList<>();
    for (String group : List.of("g", "h", "other")) {
      for (String resource : List.of("r", "s")) {
        List<String> whole = new ArrayList<>(List.of(resource, "test"));
        whole.addAll(List.of(values));
        all.add(new Area.Point(Set.of(group), whole));
      }
    }
    return all;
  }

  @Test
  void conflictsAreThePairsThatMeetWithoutContainingEachOther() {
    List<Area.Point> changes = changes();
    int found = 0;
    for (int table = 0; table < TABLES / 6; table++) {
      List<GitRow> git = new ArrayList<>();
      List<KubernetesRow> kubernetes = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        git.add(git(i + 2));
        kubernetes.add(kubernetes(i + 2));
      }
      found += conflicts(Resource.Kind.GIT, workbook(git, List.of()), changes);
      found +=
          conflicts(
              Resource.Kind.KUBERNETES, workbook(List.of(), kubernetes), requests(kubernetes));
    }
    assertThat(found).isGreaterThan(TABLES / 6);
  }

  private static int conflicts(Resource.Kind kind, Workbook workbook, List<Area.Point> everything) {
    List<Entry> rows = new Sheets(workbook).judging(kind);
    List<Finding> found =
        new Conflicts(rows, new Oracle(new WorkbookPolicy(workbook), kind)).findings();
    for (Entry row : rows) {
      boolean expected =
          rows.stream()
              .anyMatch(
                  other ->
                      row.verdict().compareTo(other.verdict()) > 0
                          && meetPartly(row.area(), other.area(), everything));
      assertThat(found.stream().anyMatch(finding -> finding.rule().equals(row.rule())))
          .as("%s in %s", row, rows)
          .isEqualTo(expected);
    }
    found.forEach(
        finding ->
            assertThat(finding.witnesses())
                .as("%s", finding)
                .allMatch(witness -> witness.verdict().compareTo(Verdict.APPROVE) >= 0));
    return found.size();
  }

  /** Rows that hold back do so in whatever case: that alone makes them no wider. */
  private static boolean meetPartly(Area winner, Area loser, List<Area.Point> everything) {
    boolean meet = false;
    boolean winnerAlone = false;
    boolean loserAlone = false;
    for (Area.Point point : everything) {
      boolean inWinner = winner.holds(point);
      boolean inLoser = loser.holds(point);
      boolean plain =
          point.values().stream().allMatch(value -> value.equals(value.toLowerCase(Locale.ROOT)));
      meet |= inWinner && inLoser;
      winnerAlone |= inWinner && !inLoser && plain;
      loserAlone |= inLoser && !inWinner;
    }
    return meet && winnerAlone && loserAlone;
  }

  @Test
  void actionsOfWhichNoRowSpeaksAreNamedOnEachSheet() {
    Workbook workbook =
        workbook(
            List.of(
                new GitRow(
                    particulars(2),
                    new Scope(List.of("g"), "docs*", "*"),
                    List.of("create", "fast-forward", "fetch"),
                    "*",
                    "*",
                    GitCondition.ALWAYS,
                    Ruling.ALLOW)),
            List.of(
                new KubernetesRow(
                    particulars(3),
                    new Scope(List.of("g"), "cluster", "test"),
                    List.of("get", "list", "watch"),
                    "*",
                    "*",
                    KubeCondition.ALWAYS,
                    Ruling.ALLOW)));
    Surroundings known =
        new Surroundings(
            SmallTable.TODAY,
            List.of(
                new Resource("docs", Resource.Kind.GIT, Map.of()),
                new Resource("site", Resource.Kind.GIT, Map.of()),
                new Resource(
                    "cluster", Resource.Kind.KUBERNETES, Map.of("environment", "production"))),
            Optional.empty());

    List<Finding> findings = Analysis.of(new WorkbookPolicy(workbook), known);

    assertThat(findings)
        .extracting(finding -> finding.where() + ": " + finding.words())
        .contains(
            "Git, Resource: No row speaks of site: everything is blocked there.",
            "Git, Action: On docs no row speaks of force, delete, move-tag: blocked for everybody.",
            "Kubernetes, Resource: No row speaks of cluster (production): everything is blocked"
                + " there.");
    assertThat(findings)
        .flatMap(Finding::witnesses)
        .extracting(Witness::toString)
        .contains(
            "force refs/heads/anything by g on docs: block by DEFAULT",
            "delete pods in anything by g on cluster (production): block by DEFAULT");
  }

  @Test
  void anEmptySheetAccessIsAWarning() {
    assertThat(
            Analysis.of(
                new WorkbookPolicy(workbook(List.of(), List.of())),
                Surroundings.on(SmallTable.TODAY)))
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.NO_ACCESS);
  }

  /** What is said of near misses rests on this. */
  @Test
  void aPartSeesTheRowsThatMatchIt() {
    for (int table = 0; table < TABLES; table++) {
      List<GitRow> git = new ArrayList<>();
      List<KubernetesRow> kubernetes = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        git.add(git(i + 2));
        kubernetes.add(kubernetes(i + 2));
      }
      Workbook all = workbook(git, kubernetes);
      WorkbookPolicy policy = new WorkbookPolicy(all);
      List<Entry> gitRows = new Sheets(all).git();
      List<Entry> kubernetesRows = new Sheets(all).kubernetes();
      for (int i = 0; i < ASKED; i++) {
        Subject subject = subject();
        RefUpdate update = update();
        Resource repository = resource(Resource.Kind.GIT);
        if (update.paths().size() < 2) {
          assertThat(held(gitRows, all, subject, repository, update))
              .as("%s: %s", git, update)
              .isEqualTo(matched(policy.decide(subject, repository, update)));
        }
        KubeRequest request = request();
        Resource cluster = resource(Resource.Kind.KUBERNETES);
        assertThat(held(kubernetesRows, all, subject, cluster, request))
            .as("%s: %s", kubernetes, request)
            .isEqualTo(matched(policy.decide(subject, cluster, request)));
      }
    }
  }

  private static Set<String> held(
      List<Entry> rows, Workbook workbook, Subject subject, Resource resource, Act act) {
    Part part = Part.of(workbook, subject, resource, act).getFirst();
    return rows.stream()
        .filter(row -> row.area().holdsGroups(subject.groups()))
        .filter(
            row ->
                IntStream.range(0, row.area().sides().size())
                    .allMatch(side -> part.isHeldBy(row, side)))
        .map(Entry::rule)
        .collect(Collectors.toSet());
  }

  private static Set<String> matched(Decision decision) {
    return decision.why().rows().stream()
        .map(MatchedRow::rule)
        .filter(rule -> !rule.equals(WorkbookPolicy.DEFAULT_RULE))
        .collect(Collectors.toSet());
  }

  @Test
  void nearMissesNameTheCell() {
    Workbook workbook =
        workbook(
            List.of(
                new GitRow(
                    particulars(2),
                    new Scope(List.of("g"), "r", "*"),
                    List.of("*"),
                    "refs/heads/main",
                    "*",
                    GitCondition.UNSIGNED,
                    Ruling.BLOCK)),
            List.of(
                new KubernetesRow(
                    particulars(3),
                    new Scope(List.of("g"), "r", "*"),
                    List.of("delete"),
                    "pods",
                    "prod*",
                    KubeCondition.ALWAYS,
                    Ruling.BLOCK)));

    assertThat(nearMiss(workbook, CommandWords.git("push refs/heads/main a")))
        .isEqualTo("Git row 2 (R-2, block) would match if the change had unsigned");
    assertThat(nearMiss(workbook, CommandWords.git("push refs/heads/x a with unsigned")))
        .endsWith("would match if Ref were refs/heads/main instead of refs/heads/x");
    assertThat(nearMiss(workbook, CommandWords.kubernetes("delete pods in dev")))
        .endsWith("would match if Namespace were prod* instead of dev");
  }

  private static String nearMiss(Workbook workbook, Act act) {
    Subject subject = new Subject("i", "s", "s", Subject.Kind.AGENT, Set.of("g"), Optional.empty());
    Resource resource = new Resource("r", Resource.Kind.GIT, Map.of());
    return NearMisses.of(workbook, SmallTable.TODAY, subject, resource, act, 1)
        .getFirst()
        .toString();
  }

  @Test
  void samplesFindWhatAnotherRowChanges() {
    for (int i = 0; i < ROWS; i++) {
      GitRow row = git(2);
      GitRow other =
          new GitRow(
              row.particulars(),
              row.scope(),
              row.actions(),
              row.ref(),
              row.path(),
              row.condition(),
              row.ruling().equals(Ruling.ALLOW) ? SmallTable.approve("x") : Ruling.ALLOW);
      KubernetesRow request = kubernetes(3);
      KubernetesRow masked =
          new KubernetesRow(
              request.particulars(),
              request.scope(),
              request.actions(),
              request.object(),
              request.namespace(),
              request.condition(),
              request.ruling().equals(Ruling.ALLOW) ? Ruling.MASK : Ruling.ALLOW);
      assertThat(changed(workbook(List.of(row), List.of()), workbook(List.of(other), List.of())))
          .as("%s", row)
          .isTrue();
      assertThat(
              changed(workbook(List.of(), List.of(request)), workbook(List.of(), List.of(masked))))
          .as("%s", request)
          .isTrue();
    }
  }

  private static boolean changed(Workbook before, Workbook after) {
    WorkbookPolicy one = new WorkbookPolicy(before);
    WorkbookPolicy other = new WorkbookPolicy(after);
    return Samples.of(List.of(before, after)).stream()
        .anyMatch(sample -> Change.between(one, other, sample).isPresent());
  }
}
