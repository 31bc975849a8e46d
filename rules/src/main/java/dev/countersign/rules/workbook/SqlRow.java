package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row of the sheet SQL, its cells as written: {@code *} and {@code @list} are not resolved.
 *
 * @param number as Excel counts; the header is row 1
 * @param id unique in the workbook
 * @param scope whom and where it is about
 * @param actions verbs and {@code @list} references, or {@code *} alone
 * @param object a name pattern, an {@code @list}, or {@link #NO_OBJECT}
 * @param condition what else must hold
 * @param ruling what it asks for
 * @param reason why, for the person who is refused
 * @param hint what to do instead; may be empty
 * @param controls NIST SP 800-53 control ids
 */
public record SqlRow(
    int number,
    String id,
    Scope scope,
    List<String> actions,
    String object,
    Condition condition,
    Ruling ruling,
    String reason,
    String hint,
    List<String> controls) {

  /** Stands for accesses that have no object, such as BEGIN. */
  public static final String NO_OBJECT = "-";

  public SqlRow {
    requireNonNull(id, "id");
    requireNonNull(scope, "scope");
    actions = List.copyOf(actions);
    requireNonNull(object, "object");
    requireNonNull(condition, "condition");
    requireNonNull(ruling, "ruling");
    requireNonNull(reason, "reason");
    requireNonNull(hint, "hint");
    controls = List.copyOf(controls);
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a row names its actions");
    }
  }
}
