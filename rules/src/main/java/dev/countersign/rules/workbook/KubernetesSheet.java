package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.ACTION;
import static dev.countersign.rules.workbook.Columns.CONDITION;
import static dev.countersign.rules.workbook.Columns.OBJECT;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The sheet Kubernetes: who may do what to which objects of a cluster. */
record KubernetesSheet(RuleCells rules) implements Sheet<KubernetesRow> {

  static final List<String> VERBS =
      Arrays.stream(KubeRequest.Verb.values()).map(KubeRequest.Verb::toString).toList();

  private static final String CREATE = KubeRequest.Verb.CREATE.toString();
  private static final String NAMESPACE = "Namespace";
  private static final String COMMAND = "Command line";
  private static final List<String> VERDICTS = Vocabulary.words(Arrays.asList(Verdict.values()));

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                      ACTION,
                      20,
                      true,
                      "The verb as the API server sees it. Several are separated by commas; * means"
                          + " anything. kubectl exec is create on pods/exec.")
                  .proposing(VERBS),
              new Column(
                  OBJECT,
                  24,
                  true,
                  "pods, deployments.apps, pods/exec, deployments.apps/scale; a path such as"
                      + " /healthz where it is no resource. * stands for any characters; @name"
                      + " means a set of the sheet Lists."),
              new Column(
                  NAMESPACE,
                  16,
                  true,
                  "A namespace or a pattern; * means any and none; - means requests about no"
                      + " namespace or all of them at once; @name means a set of the sheet Lists."),
              new Column(
                      CONDITION,
                      18,
                      false,
                      "Empty: always. Otherwise what the request must bring, for example"
                          + " privileged. foreign image: one that no pattern of the set registries"
                          + " on the sheet Lists matches.")
                  .choosing(Vocabulary.conditions(KubeCondition.ALWAYS)),
              new Column(
                      COMMAND,
                      18,
                      false,
                      "Empty: whatever it is. Otherwise a pattern of what kubectl exec runs, its"
                          + " words with a blank between them: psql *; @name means a set of the"
                          + " sheet Lists.")
                  .addedLater()),
          Columns.ruling(
              "allow, mask (values of the object are hidden in what comes back), approve (a human"
                  + " must say yes first) or block. The strictest matching row wins; what no row"
                  + " matches is blocked.",
              VERDICTS),
          Columns.PRE_APPROVED);

  @Override
  public String name() {
    return Columns.KUBERNETES;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<KubernetesRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    List<String> actions = cells.words(ACTION, VERBS);
    String object = cells.nameOrList(OBJECT, Vocabulary.KUBE_PUNCTUATION);
    cells.values(object).forEach(each -> checkLowerCase(cells, OBJECT, each));
    String namespace = cells.nameOrList(NAMESPACE, "-*");
    cells.values(namespace).forEach(each -> checkLowerCase(cells, NAMESPACE, each));
    KubeCondition condition = cells.choice(CONDITION, KubeCondition.ALWAYS);
    if (condition == KubeCondition.FOREIGN_IMAGE) {
      cells.checkList(CONDITION, KubeCondition.REGISTRIES_LIST);
    }
    String command = command(cells, actions);
    Optional<Ruling> ruling = RulingCells.read(cells, VERDICTS);
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new KubernetesRow(
            particulars.orElseThrow(),
            scope.orElseThrow(),
            actions,
            object,
            namespace,
            condition,
            command,
            ruling.orElseThrow()));
  }

  /** A row about what is run is one about create, or it would match nothing. */
  private static String command(Cells cells, List<String> actions) {
    if (cells.raw(COMMAND).isEmpty()) {
      return KubernetesRow.ANY_COMMAND;
    }
    boolean runs =
        actions.stream()
            .flatMap(each -> cells.values(each).stream())
            .anyMatch(each -> each.equals(Cells.ANY) || each.equals(CREATE));
    if (!runs) {
      cells.fault(
          COMMAND,
          Vocabulary.quote(cells.raw(COMMAND)),
          "empty where Action is neither create nor *: kubectl exec is create on pods/exec");
    }
    return cells.nameOrList(COMMAND, Vocabulary.COMMAND_PUNCTUATION);
  }

  /** The API server's names are in lower case: another would match nothing. */
  private static void checkLowerCase(Cells cells, String title, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!name.startsWith("/") && !name.equals(lower)) {
      cells.fault(title, Vocabulary.quote(name), "a name in lower case", Optional.of(lower));
    }
  }

  @Override
  public Map<String, String> write(KubernetesRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(ACTION, String.join(RuleCells.SEPARATOR, row.actions()));
    cells.put(OBJECT, row.object());
    cells.put(NAMESPACE, row.namespace());
    cells.put(
        CONDITION, row.condition() == KubeCondition.ALWAYS ? "" : Vocabulary.word(row.condition()));
    cells.put(COMMAND, row.command().equals(KubernetesRow.ANY_COMMAND) ? "" : row.command());
    RulingCells.write(row.ruling(), cells);
    return cells;
  }
}
