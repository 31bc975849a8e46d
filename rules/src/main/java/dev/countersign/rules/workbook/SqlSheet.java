package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.ACTION;
import static dev.countersign.rules.workbook.Columns.CONDITION;
import static dev.countersign.rules.workbook.Columns.OBJECT;

import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sheet SQL: who may do what to which tables. */
record SqlSheet(RuleCells rules) implements Sheet<SqlRow> {

  static final List<String> VERBS = Arrays.stream(SqlVerb.values()).map(SqlVerb::name).toList();
  private static final List<String> VERDICTS =
      Vocabulary.words(List.of(Verdict.ALLOW, Verdict.APPROVE, Verdict.BLOCK));
  private static final List<String> CONDITIONS =
      Arrays.stream(Condition.values())
          .map(Condition::cell)
          .filter(cell -> !cell.isEmpty())
          .toList();

  /** Verbs whose object is always {@code schema.name}. */
  private static final Set<String> VERBS_OF_QUALIFIED_NAMES =
      Set.of(
          "SELECT",
          "INSERT",
          "UPDATE",
          "DELETE",
          "MERGE",
          "TRUNCATE",
          "COPY_TO",
          "COPY_FROM",
          "LOCK",
          "CALL");

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                      ACTION,
                      26,
                      true,
                      "What the statement does. Several are separated by commas; * means anything;"
                          + " @name means a set of the sheet Lists.")
                  .proposing(VERBS),
              new Column(
                  OBJECT,
                  24,
                  true,
                  "To what: schema.name, where * stands for any characters. PostgreSQL folds names"
                      + " to lower case unless they are quoted, so write public.orders. A lone *"
                      + " means anything; - means statements without an object; @name means a set"
                      + " of the sheet Lists. For SET and SHOW it is the name of the parameter."),
              new Column(
                      CONDITION,
                      15,
                      false,
                      "Empty: always. without WHERE: only when no WHERE clause limits it. opaque:"
                          + " only when the statement can do what its text does not tell.")
                  .choosing(CONDITIONS)),
          Columns.ruling(
              "allow, approve (a human must say yes first) or block. When several rows match, the"
                  + " strictest wins. What no row matches is blocked.",
              VERDICTS),
          Columns.PRE_APPROVED,
          Columns.PRE_APPROVED_VALUES);

  @Override
  public String name() {
    return Columns.SQL;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<SqlRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    List<String> actions = cells.words(ACTION, VERBS);
    String object = cells.nameOrList(OBJECT, Vocabulary.PATTERN_PUNCTUATION);
    checkQualified(cells, actions, object);
    Condition condition = condition(cells);
    Optional<Ruling> ruling = RulingCells.read(cells, VERDICTS);
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new SqlRow(
            particulars.orElseThrow(),
            scope.orElseThrow(),
            actions,
            object,
            condition,
            ruling.orElseThrow()));
  }

  private static Condition condition(Cells cells) {
    String word = cells.word(CONDITION, CONDITIONS);
    for (Condition condition : Condition.values()) {
      if (condition.cell().equals(word)) {
        return condition;
      }
    }
    return Condition.ALWAYS;
  }

  /** A table's name without a schema would match nothing: a block that never blocks. */
  private static void checkQualified(Cells cells, List<String> actions, String object) {
    if (!actions.isEmpty() && VERBS_OF_QUALIFIED_NAMES.containsAll(actions)) {
      checkQualified(cells, object);
    }
  }

  static void checkQualified(Cells cells, String object) {
    for (String each : cells.values(object)) {
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

  @Override
  public Map<String, String> write(SqlRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(ACTION, String.join(RuleCells.SEPARATOR, row.actions()));
    cells.put(OBJECT, row.object());
    cells.put(CONDITION, row.condition().cell());
    RulingCells.write(row.ruling(), cells);
    return cells;
  }
}
