package dev.countersign.rules.table;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A row with its sets resolved. An empty set stands for "any": the reader refuses empty cells, so
 * it can only come from {@code *}.
 *
 * @param index its place in the table
 * @param groups one of them suffices
 * @param resources patterns, one of them suffices
 * @param environment a name, or the empty string for any
 * @param verbs one of them
 * @param objects patterns or {@link SqlRow#NO_OBJECT}, one of them suffices
 * @param condition what else must hold
 */
record Row(
    int index,
    Set<String> groups,
    Set<String> resources,
    String environment,
    Set<SqlVerb> verbs,
    Set<String> objects,
    Condition condition) {

  private static final String ANY = "*";

  Row {
    groups = Set.copyOf(groups);
    resources = Set.copyOf(resources);
    requireNonNull(environment, "environment");
    verbs = Set.copyOf(verbs);
    objects = Set.copyOf(objects);
    requireNonNull(condition, "condition");
  }

  static Row of(int index, SqlRow row, Workbook workbook) {
    List<String> verbs = workbook.expand(row.actions());
    return new Row(
        index,
        orAny(workbook.expand(row.scope().groups())),
        orAny(workbook.expand(row.scope().resource())),
        row.scope().environment().equals(ANY) ? "" : row.scope().environment(),
        verbs.contains(ANY) ? Set.of() : Set.copyOf(verbs.stream().map(SqlVerb::valueOf).toList()),
        orAny(workbook.expand(row.object())),
        row.condition());
  }

  private static Set<String> orAny(List<String> values) {
    return values.contains(ANY) ? Set.of() : new TreeSet<>(values);
  }
}
