package dev.countersign.rules.table;

import dev.countersign.rules.workbook.Condition;
import java.util.List;
import java.util.Set;
import org.drools.model.functions.Predicate1;

/**
 * What a row asks of an atom besides its key, verb and environment.
 *
 * @param groups one of them suffices; none stands for any, as with the patterns
 */
record Residual(
    List<String> groups, List<String> resources, List<String> objects, Condition condition)
    implements Predicate1<Atom> {

  /** The cell that the row is filed under needs no test: the key has made it. */
  static Residual of(Row row, Index.Kind filedUnder) {
    return new Residual(
        filedUnder == Index.Kind.GROUP ? List.of() : sorted(row.groups()),
        filedUnder == Index.Kind.RESOURCE ? List.of() : sorted(row.resources()),
        filedUnder == Index.Kind.OBJECT ? List.of() : sorted(row.objects()),
        row.condition());
  }

  private static List<String> sorted(Set<String> values) {
    return values.stream().sorted().toList();
  }

  /** Whether it asks for nothing. */
  boolean isTrue() {
    return groups.isEmpty()
        && resources.isEmpty()
        && objects.isEmpty()
        && condition == Condition.ALWAYS;
  }

  @Override
  public boolean test(Atom atom) {
    return holdsOne(groups, atom.groups())
        && holdsOne(resources, atom.resources())
        && holdsOne(objects, atom.objects())
        && switch (condition) {
          case ALWAYS -> true;
          case WITHOUT_WHERE -> !atom.filtered();
          case OPAQUE -> atom.opaque();
        };
  }

  private static boolean holdsOne(List<String> wanted, Set<String> present) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (present.contains(wanted.get(i))) {
        return true;
      }
    }
    return false;
  }
}
