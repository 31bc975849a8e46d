package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row of the sheet SQL, its cells as written: {@code *} and {@code @list} are not resolved.
 *
 * @param particulars its id, reason, dates and the like
 * @param scope whom and where it is about
 * @param actions verbs and {@code @list} references, or {@code *} alone
 * @param object a name pattern, an {@code @list}, or {@link #NO_OBJECT}
 * @param condition what else must hold
 * @param ruling what it asks for
 */
public record SqlRow(
    Particulars particulars,
    Scope scope,
    List<String> actions,
    String object,
    Condition condition,
    Ruling ruling)
    implements RuleRow {

  /** Stands for accesses that have no object, such as BEGIN. */
  public static final String NO_OBJECT = "-";

  public SqlRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    actions = List.copyOf(actions);
    requireNonNull(object, "object");
    requireNonNull(condition, "condition");
    requireNonNull(ruling, "ruling");
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a row names its actions");
    }
  }

  @Override
  public String sheet() {
    return Columns.SQL;
  }
}
