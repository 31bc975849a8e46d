package dev.countersign.proxy.postgres.catalog;

import java.util.Map;
import java.util.Set;

/**
 * The rules of a database by which the server does more than a statement says, or something else:
 * PostgreSQL's, made by CREATE RULE, and not those of views. Row security policies are among them:
 * what they read is read by whoever reads their table.
 *
 * @param uses for each relation that has any, the relations that they read or write
 * @param returning the relations of which a rule says what a RETURNING returns
 * @param opaque the relations whose rules do what nobody can follow
 */
record RewriteRules(Map<Integer, Set<Integer>> uses, Set<Integer> returning, Set<Integer> opaque) {

  static final RewriteRules NONE = new RewriteRules(Map.of(), Set.of(), Set.of());

  RewriteRules {
    uses = Map.copyOf(uses);
    returning = Set.copyOf(returning);
    opaque = Set.copyOf(opaque);
  }

  /** What a RETURNING of a change of that relation may show, besides what is in it. */
  Set<Integer> shownBy(int oid) {
    return returning.contains(oid) ? uses.getOrDefault(oid, Set.of()) : Set.of();
  }
}
