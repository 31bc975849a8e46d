package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.ACTION;
import static dev.countersign.rules.workbook.Columns.APPROVERS;
import static dev.countersign.rules.workbook.Columns.COLUMN;
import static dev.countersign.rules.workbook.Columns.CONDITION;
import static dev.countersign.rules.workbook.Columns.CONTROLS;
import static dev.countersign.rules.workbook.Columns.ENVIRONMENT;
import static dev.countersign.rules.workbook.Columns.EXPECTED_RULE;
import static dev.countersign.rules.workbook.Columns.EXPECTED_VERDICT;
import static dev.countersign.rules.workbook.Columns.EXPIRES;
import static dev.countersign.rules.workbook.Columns.GROUPS;
import static dev.countersign.rules.workbook.Columns.HINT;
import static dev.countersign.rules.workbook.Columns.ID;
import static dev.countersign.rules.workbook.Columns.OBJECT;
import static dev.countersign.rules.workbook.Columns.REASON;
import static dev.countersign.rules.workbook.Columns.RESOURCE;
import static dev.countersign.rules.workbook.Columns.STATEMENT;
import static dev.countersign.rules.workbook.Columns.VERDICT;
import static dev.countersign.rules.workbook.Vocabulary.GROUP_PUNCTUATION;
import static dev.countersign.rules.workbook.Vocabulary.NAME_PUNCTUATION;
import static dev.countersign.rules.workbook.Vocabulary.PATTERN_PUNCTUATION;

import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lines to rows. Every method reads all cells of its line, so that all of their faults are
 * reported, and answers nothing when there was one.
 */
final class Rows {

  private static final Pattern CONTROL = Pattern.compile("[A-Z]{2}-[0-9]{1,2}(\\([0-9]{1,2}\\))?");

  private final List<String> environments;
  private final FaultLog faults;

  Rows(List<String> furtherEnvironments, FaultLog faults) {
    List<String> all = new ArrayList<>(Vocabulary.ENVIRONMENTS);
    all.addAll(furtherEnvironments);
    this.environments = List.copyOf(all);
    this.faults = faults;
  }

  Optional<SqlRow> sql(Cells cells) {
    int before = faults.count();
    String id = cells.id(ID);
    Optional<Scope> scope = scope(cells);
    List<String> actions = cells.words(ACTION, Vocabulary.VERBS);
    String object = cells.nameOrList(OBJECT, PATTERN_PUNCTUATION);
    checkQualified(cells, actions, object);
    Condition condition = condition(cells);
    Optional<Ruling> ruling = ruling(cells);
    String reason = cells.prose(REASON);
    String hint = cells.prose(HINT);
    List<String> controls = controls(cells);
    if (faults.count() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new SqlRow(
            cells.number(),
            id,
            scope.orElseThrow(),
            actions,
            object,
            condition,
            ruling.orElseThrow(),
            reason,
            hint,
            controls));
  }

  Optional<MaskingRow> masking(Cells cells) {
    int before = faults.count();
    String id = cells.id(ID);
    Optional<Scope> scope = scope(cells);
    String object = cells.nameOrList(OBJECT, PATTERN_PUNCTUATION);
    checkQualified(cells, List.of("SELECT"), object);
    String column = cells.name(COLUMN, PATTERN_PUNCTUATION);
    String masker = cells.word(Columns.MASKER, Vocabulary.MASKERS);
    String reason = cells.prose(REASON);
    List<String> controls = controls(cells);
    if (faults.count() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new MaskingRow(
            cells.number(),
            id,
            scope.orElseThrow(),
            object,
            column,
            Masker.valueOf(masker.toUpperCase(Locale.ROOT)),
            reason,
            controls));
  }

  Optional<TestRow> test(Cells cells) {
    int before = faults.count();
    String id = cells.name(ID, Vocabulary.ID_PUNCTUATION);
    List<String> groups = cells.names(GROUPS, GROUP_PUNCTUATION, false);
    String resource = cells.name(RESOURCE, NAME_PUNCTUATION);
    String environment = cells.present(ENVIRONMENT).isEmpty() ? "" : environment(cells);
    String sql = cells.prose(STATEMENT, "\n\t");
    String verdict = cells.word(EXPECTED_VERDICT, Vocabulary.EXPECTED_VERDICTS);
    String rule = cells.name(EXPECTED_RULE, Vocabulary.ID_PUNCTUATION);
    if (faults.count() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new TestRow(
            cells.number(),
            id,
            groups,
            resource,
            environment,
            sql,
            Verdict.valueOf(verdict.toUpperCase(Locale.ROOT)),
            rule));
  }

  private Optional<Scope> scope(Cells cells) {
    int before = faults.count();
    List<String> groups = cells.names(GROUPS, GROUP_PUNCTUATION, true);
    String resource = cells.nameOrList(RESOURCE, PATTERN_PUNCTUATION);
    String environment = environment(cells);
    return faults.count() == before
        ? Optional.of(new Scope(groups, resource, environment))
        : Optional.empty();
  }

  private String environment(Cells cells) {
    return cells.present(ENVIRONMENT).filter(Cells.ANY::equals).isPresent()
        ? Cells.ANY
        : cells.word(ENVIRONMENT, environments);
  }

  /** A table's name without a schema would match nothing: a block that never blocks. */
  private void checkQualified(Cells cells, List<String> actions, String object) {
    if (actions.isEmpty() || !Vocabulary.VERBS_OF_QUALIFIED_NAMES.containsAll(actions)) {
      return;
    }
    List<String> objects =
        object.startsWith(Workbook.LIST_PREFIX) ? cells.known(object) : List.of(object);
    for (String each : objects) {
      boolean objectless = Set.of("", SqlRow.NO_OBJECT).contains(each);
      if (!objectless && each.indexOf('.') < 0 && each.indexOf('*') < 0) {
        cells.fault(
            OBJECT,
            Vocabulary.quote(each),
            "schema.name, as these actions have no other objects",
            Optional.of("public." + each));
      }
    }
  }

  private static Condition condition(Cells cells) {
    String word = cells.word(CONDITION, Vocabulary.CONDITIONS);
    for (Condition condition : Condition.values()) {
      if (condition.cell().equals(word)) {
        return condition;
      }
    }
    return Condition.ALWAYS;
  }

  private static Optional<Ruling> ruling(Cells cells) {
    String verdict = cells.word(VERDICT, Vocabulary.VERDICTS);
    if (verdict.equals("approve")) {
      return approve(cells);
    }
    for (String title : List.of(APPROVERS, EXPIRES)) {
      cells
          .present(title)
          .ifPresent(text -> cells.fault(title, Vocabulary.quote(text), "empty, unless approve"));
    }
    return switch (verdict) {
      case "allow" -> Optional.of(Ruling.ALLOW);
      case "block" -> Optional.of(Ruling.BLOCK);
      default -> Optional.empty();
    };
  }

  private static Optional<Ruling> approve(Cells cells) {
    List<String> approvers = cells.names(APPROVERS, GROUP_PUNCTUATION, false);
    if (approvers.isEmpty()) {
      cells.fault(APPROVERS, "an empty cell", "the groups whose members may say yes");
    }
    Optional<Duration> expires = Optional.of(Ruling.Approve.DEFAULT_EXPIRY);
    Optional<String> written = cells.present(EXPIRES);
    if (written.isPresent()) {
      expires = Expiry.parse(written.get());
      if (expires.isEmpty()) {
        cells.fault(EXPIRES, Vocabulary.quote(written.get()), Expiry.EXAMPLES);
      }
    }
    return approvers.isEmpty()
        ? Optional.empty()
        : expires.map(time -> new Ruling.Approve(approvers, time));
  }

  private static List<String> controls(Cells cells) {
    List<String> controls = cells.parts(CONTROLS);
    for (String control : controls) {
      if (!CONTROL.matcher(control).matches()) {
        cells.fault(
            CONTROLS, Vocabulary.quote(control), "NIST SP 800-53 ids such as AC-3, CM-3(1)");
      }
    }
    return controls;
  }
}
