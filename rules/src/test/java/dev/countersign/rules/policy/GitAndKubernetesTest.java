package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Body;
import dev.countersign.rules.fact.KubeRequest.Target;
import dev.countersign.rules.fact.KubeRequest.Trait;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.fact.RefUpdate.Commits;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.fact.RefUpdate.Secret;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rows of the sheets Git and Kubernetes mean. */
class GitAndKubernetesTest {

  private static final Scope ANYBODY = new Scope(List.of("*"), "*", "*");
  private static final Subject AGENT =
      new Subject("i", "a", "a", Subject.Kind.AGENT, Set.of("ai-agents"), Optional.empty());
  private static final Resource REPOSITORY =
      new Resource("payments.git", Resource.Kind.GIT, Map.of());
  private static final Resource CLUSTER =
      new Resource("prod-eu", Resource.Kind.KUBERNETES, Map.of("environment", "production"));
  private static final Ruling ASK =
      new Ruling.Approve(List.of("maintainers"), Duration.ofMinutes(15));

  private final List<GitRow> git = new ArrayList<>();
  private final List<KubernetesRow> kubernetes = new ArrayList<>();

  private GitAndKubernetesTest git(
      Ruling ruling, String actions, String ref, String path, GitCondition condition) {
    Particulars particulars =
        Particulars.of(git.size() + 2, "GIT-" + git.size(), "because", "", List.of());
    git.add(new GitRow(particulars, ANYBODY, words(actions), ref, path, condition, ruling));
    return this;
  }

  private GitAndKubernetesTest kube(
      Ruling ruling, String actions, String object, String namespace, KubeCondition condition) {
    Particulars particulars =
        Particulars.of(kubernetes.size() + 2, "KUB-" + kubernetes.size(), "why", "", List.of());
    kubernetes.add(
        new KubernetesRow(
            particulars, ANYBODY, words(actions), object, namespace, condition, ruling));
    return this;
  }

  private GitAndKubernetesTest running(Ruling ruling, String command) {
    kubernetes.add(
        new KubernetesRow(
            Particulars.of(kubernetes.size() + 2, "KUB-" + kubernetes.size(), "why", "", List.of()),
            ANYBODY,
            List.of("create"),
            "pods/exec",
            "*",
            KubeCondition.ALWAYS,
            command,
            ruling));
    return this;
  }

  private Decision run(String... command) {
    return policy()
        .decide(
            AGENT,
            CLUSTER,
            new KubeRequest(
                Verb.CREATE,
                new Target("pods/exec", "v1", "shop", "web-1"),
                Body.NONE,
                false,
                List.of(command)));
  }

  @Test
  void k8s05_judgesByTheCommandLineThatIsRun() {
    running(Ruling.ALLOW, "ls *").running(Ruling.BLOCK, "*rm *");

    assertThat(run("ls", "-l", "/tmp").verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(run("ls", "/tmp", ";", "rm", "-rf", "/").verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(run("LS", "/tmp").verdict()).as("no row lets it through").isEqualTo(Verdict.BLOCK);
    assertThat(run("ls", "RM ", "x").verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(run().verdict()).as("attach runs nothing new").isEqualTo(Verdict.BLOCK);
  }

  @Test
  void aRowThatSaysNothingOfCommandsIsAboutAll() {
    running(Ruling.ALLOW, KubernetesRow.ANY_COMMAND);

    assertThat(run("ls").verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(run().verdict()).isEqualTo(Verdict.ALLOW);
  }

  private static List<String> words(String commaList) {
    return Arrays.asList(commaList.split(", ", -1));
  }

  private PolicyVersion policy() {
    return new WorkbookPolicy(
        new Workbook(
            Map.of(),
            List.of(),
            git,
            kubernetes,
            List.of(),
            List.of(),
            List.of(),
            Map.of("registries", List.of("images.example/*")),
            List.of()));
  }

  private Decision push(Change change, String ref, List<Secret> secrets, String... paths) {
    List<PathChange> changes =
        Arrays.stream(paths)
            .map(
                path ->
                    new PathChange(
                        path, PathChange.Status.MODIFIED, PathChange.Content.TEXT, 1, 1, 0))
            .toList();
    return policy()
        .decide(
            AGENT,
            REPOSITORY,
            new RefUpdate(ref, change, Commits.NONE, changes, secrets, Set.of()));
  }

  private Decision ask(Verb verb, String object, String namespace, String name, Body body) {
    return policy()
        .decide(
            AGENT,
            CLUSTER,
            new KubeRequest(
                verb, new Target(object, "v1", namespace, name), body, false, List.of()));
  }

  /** Ours: {@code .vscode} as a link to a directory of any other name holds what editors obey. */
  @ParameterizedTest
  @CsvSource({
    ".vscode, SYMLINK, APPROVE",
    ".VSCode, SUBMODULE, APPROVE",
    ".github, SYMLINK, APPROVE",
    ".git, SYMLINK, ALLOW",
    "lib, SUBMODULE, ALLOW",
    ".vscode, TEXT, ALLOW",
    "web/.idea, SYMLINK, APPROVE",
    "web/app/.IDEA, SUBMODULE, APPROVE",
    "web/idea, SYMLINK, ALLOW",
    "deploy, SYMLINK, APPROVE",
    "web/deploy, SYMLINK, ALLOW"
  })
  void git25_holdsALinkInPlaceOfADirectoryThatIsHeld(
      String path, PathChange.Content content, Verdict verdict) {
    git(Ruling.ALLOW, "create", "*", "*", GitCondition.ALWAYS);
    git(ASK, "create", "*", ".vscode/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", ".github/workflows/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "*/Makefile", GitCondition.ALWAYS);
    git(ASK, "create", "*", "*/.idea/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "deploy*.yml", GitCondition.ALWAYS);

    assertThat(
            policy()
                .decide(
                    AGENT,
                    REPOSITORY,
                    new RefUpdate(
                        "refs/heads/x",
                        Change.CREATE,
                        Commits.NONE,
                        List.of(new PathChange(path, PathChange.Status.ADDED, content, 1, 1, 0)),
                        List.of(),
                        Set.of()))
                .verdict())
        .isEqualTo(verdict);
  }

  /** Ours: to the file systems of macOS and Windows these are the files that are held. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".v\u017fcode/tasks.json",
        "Make\ufb01le",
        "LO\u0308HNE/a",
        "\u212aey/a",
        "STRASSE/a",
        ".vs\u200ccode/tasks.json"
      })
  void git25_holdsWhatIsTheSameFileInAnotherForm(String path) {
    git(Ruling.ALLOW, "create", "*", "*", GitCondition.ALWAYS);
    git(ASK, "create", "*", ".vscode/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "Makefile", GitCondition.ALWAYS);
    git(ASK, "create", "*", "L\u00f6hne/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "key/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "stra\u00dfe/*", GitCondition.ALWAYS);

    assertThat(push(Change.CREATE, "refs/heads/agent/x", List.of(), path).verdict())
        .isEqualTo(Verdict.APPROVE);
  }

  /** Ours: where Windows keeps short names, git writes these into the directory that is held. */
  @ParameterizedTest
  @CsvSource({
    "GITHUB~1/workflows/ci.yml, APPROVE",
    "github~2/WORKFL~1/ci.yml, APPROVE",
    "GI3F7A~1/workflows/ci.yml, APPROVE",
    "web/IDEA~1.X/run.xml, APPROVE",
    "GITHUB~1/other/ci.yml, ALLOW",
    "DOCUME~1/workflows/ci.yml, ALLOW",
    "GITHUB~1, ALLOW",
    "workflows/ci.yml~1, ALLOW"
  })
  void git25_holdsWhatIsTheSameFileByAShortName(String path, Verdict verdict) {
    git(Ruling.ALLOW, "create", "*", "*", GitCondition.ALWAYS);
    git(ASK, "create", "*", ".github/workflows/*", GitCondition.ALWAYS);
    git(ASK, "create", "*", "*/.idea/*", GitCondition.ALWAYS);

    assertThat(push(Change.CREATE, "refs/heads/agent/x", List.of(), path).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void everyChangedPathNeedsARow() {
    git(Ruling.ALLOW, "create, fast-forward", "refs/heads/agent/*", "docs/*", GitCondition.ALWAYS);

    assertThat(push(Change.CREATE, "refs/heads/agent/x", List.of(), "docs/a", "docs/b").verdict())
        .isEqualTo(Verdict.ALLOW);
    Decision other =
        push(Change.CREATE, "refs/heads/agent/x", List.of(), "docs/a", "src/a", "src/b");
    assertThat(other.verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(other.why().deciding().part())
        .isEqualTo("create refs/heads/agent/x src/a and 1 more");
    assertThat(push(Change.FORCE, "refs/heads/agent/x", List.of(), "docs/a").verdict())
        .isEqualTo(Verdict.BLOCK);
    assertThat(push(Change.CREATE, "refs/heads/agent/x", List.of()).verdict())
        .as("a pattern of paths says nothing of a change without any")
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void theStrictestRowOfAnyPathWins() {
    git(Ruling.ALLOW, "*", "refs/heads/*", "*", GitCondition.ALWAYS)
        .git(ASK, "*", "*", ".github/workflows/*", GitCondition.ALWAYS)
        .git(Ruling.BLOCK, "force, delete", "refs/heads/main", "*", GitCondition.ALWAYS)
        .git(Ruling.BLOCK, "*", "*", "*", GitCondition.SECRET);

    assertThat(push(Change.FAST_FORWARD, "refs/heads/main", List.of(), "a").verdict())
        .isEqualTo(Verdict.ALLOW);
    Decision held =
        push(Change.FAST_FORWARD, "refs/heads/x", List.of(), "a", ".github/workflows/ci.yml");
    assertThat(held.verdict()).isEqualTo(Verdict.APPROVE);
    assertThat(held.why().deciding().part()).endsWith(".github/workflows/ci.yml");
    assertThat(push(Change.DELETE, "refs/heads/main", List.of()).verdict())
        .isEqualTo(Verdict.BLOCK);
    Secret key = new Secret("aws-access-key", "a", "0123");
    assertThat(push(Change.CREATE, "refs/heads/x", List.of(key), "b").verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @ParameterizedTest
  @CsvSource({"refs/heads/MAIN, a", "refs/heads/x, .GitHub/Workflows/ci.yml"})
  void whatHoldsBackDoesSoInWhateverCase(String ref, String path) {
    git(Ruling.ALLOW, "*", "*", "*", GitCondition.ALWAYS)
        .git(Ruling.BLOCK, "*", "refs/heads/main", "*", GitCondition.ALWAYS)
        .git(Ruling.BLOCK, "*", "*", ".github/*", GitCondition.ALWAYS);

    assertThat(push(Change.FAST_FORWARD, ref, List.of(), path).verdict()).isEqualTo(Verdict.BLOCK);
  }

  @Test
  void whatAllowsDoesSoInItsOwnCaseOnly() {
    git(Ruling.ALLOW, "*", "refs/heads/agent/*", "*", GitCondition.ALWAYS);

    assertThat(push(Change.FAST_FORWARD, "refs/heads/Agent/x", List.of(), "a").verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void aNamespaceIsAllowedByItselfAndHeldBackInAQuestionAboutAll() {
    kube(Ruling.ALLOW, "get, list", "pods", "shop", KubeCondition.ALWAYS)
        .kube(Ruling.ALLOW, "get, list", "configmaps", "*", KubeCondition.ALWAYS)
        .kube(Ruling.BLOCK, "*", "configmaps", "vault", KubeCondition.ALWAYS);

    assertThat(ask(Verb.LIST, "pods", "shop", "", Body.NONE).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(ask(Verb.LIST, "pods", "", "", Body.NONE).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(ask(Verb.LIST, "configmaps", "shop", "", Body.NONE).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(ask(Verb.LIST, "configmaps", "", "", Body.NONE).why().deciding().rule())
        .isEqualTo("KUB-2");
  }

  @Test
  void aRowForOneNamespaceLetsNothingThroughThatIsAboutAll() {
    kube(Ruling.MASK, "list", "secrets", "shop", KubeCondition.ALWAYS)
        .kube(ASK, "create", "*", "shop", KubeCondition.ALWAYS);

    assertThat(ask(Verb.LIST, "secrets", "shop", "", Body.NONE).verdict()).isEqualTo(Verdict.MASK);
    assertThat(ask(Verb.LIST, "secrets", "", "", Body.NONE).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(ask(Verb.CREATE, "namespaces", "", "", Body.NONE).verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void aQuestionAboutOneselfIsAboutNoNamespace() {
    kube(ASK, "create", "*", "shop", KubeCondition.ALWAYS)
        .kube(Ruling.ALLOW, "create", "selfsubject*.k8s.io", "-", KubeCondition.ALWAYS)
        .kube(Ruling.ALLOW, "create", "subjectaccessreviews.*", "-", KubeCondition.ALWAYS);

    for (String question :
        List.of(
            "selfsubjectaccessreviews.authorization.k8s.io",
            "selfsubjectrulesreviews.authorization.k8s.io",
            "selfsubjectreviews.authentication.k8s.io")) {
      assertThat(ask(Verb.CREATE, question, "", "", Body.NONE).verdict()).isEqualTo(Verdict.ALLOW);
    }
    assertThat(
            ask(Verb.CREATE, "subjectaccessreviews.authorization.k8s.io", "", "", Body.NONE)
                .verdict())
        .isEqualTo(Verdict.APPROVE);
  }

  @Test
  void subresourcesAndGroupsAreOtherObjects() {
    kube(Ruling.ALLOW, "*", "pods", "*", KubeCondition.ALWAYS)
        .kube(Ruling.ALLOW, "*", "deployments.apps", "*", KubeCondition.ALWAYS);

    assertThat(ask(Verb.CREATE, "pods/exec", "shop", "p", Body.NONE).verdict())
        .isEqualTo(Verdict.BLOCK);
    assertThat(ask(Verb.PATCH, "deployments.apps/scale", "shop", "d", Body.NONE).verdict())
        .isEqualTo(Verdict.BLOCK);
    assertThat(ask(Verb.GET, "deployments.other", "shop", "d", Body.NONE).verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void maskNamesTheObjectAndAllOfItsKeys() {
    kube(Ruling.MASK, "get", "secrets", "*", KubeCondition.ALWAYS);

    Decision decision = ask(Verb.GET, "secrets", "shop", "db", Body.NONE);

    assertThat(decision.verdict()).isEqualTo(Verdict.MASK);
    assertThat(decision.masks().rules())
        .singleElement()
        .satisfies(rule -> assertThat(rule.hides("secrets", "password")).isTrue());
  }

  @Test
  void whatTheBodyBringsIsACondition() {
    kube(Ruling.ALLOW, "create", "pods", "shop", KubeCondition.ALWAYS)
        .kube(Ruling.BLOCK, "*", "*", "*", KubeCondition.PRIVILEGED)
        .kube(ASK, "*", "*", "*", KubeCondition.FOREIGN_IMAGE);
    Body ours = new Body(Set.of(), Set.of("images.example/shop:1"), Set.of());
    Body foreign =
        new Body(Set.of(), Set.of("images.example/a:1", "elsewhere.example/b"), Set.of());
    Body privileged = new Body(Set.of(Trait.PRIVILEGED), Set.of(), Set.of());

    assertThat(ask(Verb.CREATE, "pods", "shop", "", ours).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(ask(Verb.CREATE, "pods", "shop", "", foreign).verdict()).isEqualTo(Verdict.APPROVE);
    assertThat(ask(Verb.CREATE, "pods", "shop", "", privileged).why().rows())
        .extracting(MatchedRow::rule)
        .containsExactly("KUB-1", "KUB-0");
  }

  @Test
  void examplesMaySpeakOfBoth() {
    git(Ruling.BLOCK, "force, delete", "refs/heads/main", "*", GitCondition.ALWAYS);
    git(ASK, "*", "refs/heads/*", "*", GitCondition.UNSIGNED);
    kube(Ruling.BLOCK, "delete", "namespaces", "*", KubeCondition.ALWAYS);
    kube(Ruling.BLOCK, "*", "pods", "*", KubeCondition.FOREIGN_IMAGE);
    List<TestRow> tests =
        List.of(
            test("git force refs/heads/main", Verdict.BLOCK, "GIT-0"),
            test("git push refs/heads/x a.py with unsigned", Verdict.APPROVE, "GIT-1"),
            test("git push refs/heads/x a.py", Verdict.BLOCK, "DEFAULT"),
            test("kubectl delete namespaces prod", Verdict.BLOCK, "KUB-0"),
            test("kubectl create pods in shop with foreign image", Verdict.BLOCK, "KUB-1"),
            test("kubectl create pods in shop with image images.example/x:1", Verdict.ALLOW, ""));

    assertThat(
            WorkbookTests.run(
                tests,
                policy(),
                sql -> {
                  throw new AssertionError(sql);
                }))
        .extracting(WorkbookTests.Result::passed)
        .containsExactly(true, true, true, true, true, false);
  }

  private static TestRow test(String command, Verdict verdict, String rule) {
    return new TestRow(2, "T-1", List.of("ai-agents"), "r", "", command, verdict, rule);
  }
}
