package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rows of a workbook, sheet by sheet, as areas. */
final class Sheets {

  static final String SQL = "SQL";
  static final String GIT = "Git";
  static final String KUBERNETES = "Kubernetes";
  static final String ACCESS = "Access";
  static final String LISTS = "Lists";

  static final String GROUPS = "Groups";
  static final String RESOURCE = "Resource";
  static final String ENVIRONMENT = "Environment";
  static final String ACTION = "Action";
  static final String OBJECT = "Object";
  static final String REF = "Ref";
  static final String PATH = "Path";
  static final String NAMESPACE = "Namespace";
  static final String CONDITION = "Condition";
  static final String COMMAND = "Command line";

  /** The places of a point's values on the sheet SQL; the first two are the same everywhere. */
  static final int AT_RESOURCE = 0;

  static final int AT_ENVIRONMENT = 1;
  static final int AT_ACTION = 2;
  static final int AT_OBJECT = 3;
  static final int AT_WHERE = 4;
  static final int AT_OPAQUE = 5;

  /** On the sheets Git and Kubernetes. */
  static final int AT_REF = 3;

  static final int AT_PATH = 4;
  static final int AT_NAMESPACE = 4;

  static final int AT_CONDITION = 5;

  /** On the sheet Kubernetes. */
  static final int AT_COMMAND = 6;

  /** On the sheet Masking. */
  static final int AT_MASKED_OBJECT = 2;

  static final int AT_MASKED_COLUMN = 3;

  static final String FILTERED = "a WHERE";
  static final String UNFILTERED = "no WHERE";
  static final String PLAIN = "nothing hidden";
  static final String OPAQUE = "something hidden";

  private static final String ANY = "*";
  private static final List<String> VERBS =
      Arrays.stream(SqlVerb.values()).map(SqlVerb::name).toList();
  private static final List<String> CHANGES =
      Arrays.stream(RefUpdate.Change.values()).map(RefUpdate.Change::toString).toList();
  private static final String LARGE_FILES = "lfs-";
  private static final List<String> REQUESTS =
      Arrays.stream(KubeRequest.Verb.values()).map(KubeRequest.Verb::toString).toList();

  /** What a path is; it is one thing at a time. */
  private static final Set<String> CONTENTS =
      Set.of(word(GitCondition.BINARY), word(GitCondition.LINK));

  private static final List<String> USUAL_ENVIRONMENTS =
      List.of("production", "staging", "development", "test");

  private final Workbook workbook;
  private final List<String> environments;

  Sheets(Workbook workbook) {
    this.workbook = workbook;
    Set<String> all = new LinkedHashSet<>(USUAL_ENVIRONMENTS);
    workbook.rules().stream()
        .map(row -> row.scope().environment())
        .filter(environment -> !environment.equals(ANY))
        .forEach(all::add);
    // A resource may have no environment, or one that no row names.
    all.add("");
    environments = List.copyOf(all);
  }

  /** The name of the sheet that judges what is asked of such resources. */
  static String of(Resource.Kind kind) {
    return switch (kind) {
      case POSTGRES -> SQL;
      case GIT -> GIT;
      case KUBERNETES -> KUBERNETES;
    };
  }

  /** The actions that its rows are to speak of wherever there is such a resource. */
  static List<String> actions(Resource.Kind kind) {
    return switch (kind) {
      case POSTGRES -> VERBS;
      case GIT -> CHANGES.stream().filter(change -> !change.startsWith(LARGE_FILES)).toList();
      case KUBERNETES -> REQUESTS;
    };
  }

  /**
   * Those that its rows are to speak of where one of them does: Git LFS is off unless a resource
   * turns it on, and only who does writes rows of it.
   */
  static List<String> optional(Resource.Kind kind) {
    return switch (kind) {
      case GIT -> CHANGES.stream().filter(change -> change.startsWith(LARGE_FILES)).toList();
      case POSTGRES, KUBERNETES -> List.of();
    };
  }

  /** The values after the action of something that anybody may ask there. */
  static List<String> example(Resource.Kind kind) {
    return switch (kind) {
      case POSTGRES -> List.of("public." + Globs.ANYTHING, FILTERED, PLAIN);
      case GIT -> List.of("refs/heads/" + Globs.ANYTHING, "", "");
      case KUBERNETES -> List.of("pods", Globs.ANYTHING, "", "");
    };
  }

  /** Its rows. */
  List<Entry> judging(Resource.Kind kind) {
    return switch (kind) {
      case POSTGRES -> sql();
      case GIT -> git();
      case KUBERNETES -> kubernetes();
    };
  }

  /** The rows that judge statements. */
  List<Entry> sql() {
    return workbook.sql().stream().map(this::entry).toList();
  }

  /** The rows that hide columns. */
  List<Entry> masking() {
    return workbook.masking().stream().map(this::entry).toList();
  }

  private Entry entry(SqlRow row) {
    List<Side> sides =
        List.of(
            names(RESOURCE, row.scope().resource()),
            environment(row.scope()),
            new Side.Words(ACTION, orAny(workbook.expand(row.actions())), VERBS),
            names(OBJECT, row.object()),
            new Side.Words(
                CONDITION,
                row.condition() == Condition.WITHOUT_WHERE ? Set.of(UNFILTERED) : Set.of(),
                List.of(FILTERED, UNFILTERED)),
            new Side.Words(
                CONDITION,
                row.condition() == Condition.OPAQUE ? Set.of(OPAQUE) : Set.of(),
                List.of(PLAIN, OPAQUE)));
    return entry(row, row.ruling(), sides);
  }

  /** The rows that judge changes of refs. */
  List<Entry> git() {
    return workbook.git().stream().map(this::entry).toList();
  }

  private Entry entry(GitRow row) {
    boolean foldsCase = row.ruling().verdict() != Verdict.ALLOW;
    List<Side> sides =
        List.of(
            names(RESOURCE, row.scope().resource()),
            environment(row.scope()),
            new Side.Words(ACTION, orAny(workbook.expand(row.actions())), CHANGES),
            names(REF, row.ref(), foldsCase),
            names(PATH, row.path(), foldsCase),
            condition(row.condition(), GitCondition.ALWAYS, CONTENTS));
    return entry(row, row.ruling(), sides);
  }

  /** The rows that judge requests to clusters. */
  List<Entry> kubernetes() {
    return workbook.kubernetes().stream().map(this::entry).toList();
  }

  private Entry entry(KubernetesRow row) {
    boolean foldsCase = row.ruling().verdict() != Verdict.ALLOW;
    List<Side> sides =
        List.of(
            names(RESOURCE, row.scope().resource()),
            environment(row.scope()),
            new Side.Words(ACTION, orAny(workbook.expand(row.actions())), REQUESTS),
            names(OBJECT, row.object(), foldsCase),
            names(NAMESPACE, row.namespace(), foldsCase),
            condition(row.condition(), KubeCondition.ALWAYS, Set.of()),
            names(COMMAND, row.command(), foldsCase));
    return entry(row, row.ruling(), sides);
  }

  private static <C extends Enum<C>> Side condition(C condition, C always, Set<String> exclusive) {
    return new Side.Conditions(
        CONDITION, condition.equals(always) ? "" : word(condition), exclusive);
  }

  /** As the cell says it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Entry entry(RuleRow row, Ruling ruling, List<Side> sides) {
    return new Entry(row, new Area(groups(row.scope()), sides), ruling.verdict(), effect(ruling));
  }

  private Object effect(Ruling ruling) {
    return switch (ruling) {
      case Ruling.Approve approve ->
          List.of(
              Set.copyOf(workbook.expand(approve.approvers())),
              approve.quorum(),
              approve.expires(),
              approve.preApproval());
      case Ruling.Allow(), Ruling.Mask(), Ruling.Block() -> ruling.verdict();
    };
  }

  private Entry entry(MaskingRow row) {
    List<Side> sides =
        List.of(
            names(RESOURCE, row.scope().resource()),
            environment(row.scope()),
            names(OBJECT, row.object()),
            names("Column", row.column()));
    return new Entry(row, new Area(groups(row.scope()), sides), Verdict.MASK, row.treatment());
  }

  Set<String> groups(Scope scope) {
    return orAny(workbook.expand(scope.groups()));
  }

  private Side environment(Scope scope) {
    return new Side.Words(ENVIRONMENT, orAny(List.of(scope.environment())), environments);
  }

  private Side names(String column, String cell) {
    return names(column, cell, false);
  }

  private Side names(String column, String cell, boolean foldsCase) {
    return new Side.Names(column, Set.copyOf(workbook.expand(cell)), SqlRow.NO_OBJECT, foldsCase);
  }

  private static Set<String> orAny(List<String> values) {
    return values.contains(ANY) ? Set.of() : Set.copyOf(values);
  }

  /** An access as a point of the sheet SQL. */
  static Area.Point point(Subject subject, Resource resource, SqlAccess access, boolean opaque) {
    return new Area.Point(
        subject.groups(),
        List.of(
            resource.name(),
            resource.environment(),
            access.verb().name(),
            access.object(),
            access.filtered() ? FILTERED : UNFILTERED,
            opaque ? OPAQUE : PLAIN));
  }
}
