package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row of the sheet Git, its cells as written.
 *
 * @param actions changes of a ref and {@code @list} references, or {@code *} alone
 * @param ref a pattern of the ref's full name, or an {@code @list}
 * @param path a pattern of a changed path, an {@code @list}, or {@code *}
 * @param condition what else must hold
 */
public record GitRow(
    Particulars particulars,
    Scope scope,
    List<String> actions,
    String ref,
    String path,
    GitCondition condition,
    Ruling ruling)
    implements RuleRow {

  public GitRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    actions = List.copyOf(actions);
    requireNonNull(ref, "ref");
    requireNonNull(path, "path");
    requireNonNull(condition, "condition");
    requireNonNull(ruling, "ruling");
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a row names its actions");
    }
  }

  @Override
  public String sheet() {
    return Columns.GIT;
  }
}
