package dev.countersign.rules.fact;

import java.util.List;
import java.util.Set;

/**
 * One SQL statement as the rules see it.
 *
 * @param accesses everything it does, never empty
 * @param functions every function it calls, {@code schema.name} or the bare name as written
 * @param opaque whether it can do things that its text does not tell: a code block, an unknown
 *     prepared statement, a function that is not known to be pure
 */
public record SqlStatement(List<SqlAccess> accesses, Set<String> functions, boolean opaque)
    implements Act {

  public SqlStatement {
    accesses = List.copyOf(accesses);
    functions = Set.copyOf(functions);
    if (accesses.isEmpty()) {
      throw new IllegalArgumentException("a statement has at least one access");
    }
  }

  /** Whether running it can change something that outlives the session. */
  public boolean changesState() {
    if (opaque) {
      return true;
    }
    for (SqlAccess access : accesses) {
      if (access.verb().changesState()) {
        return true;
      }
    }
    return false;
  }
}
