package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * One thing a statement does to one object. A statement is as many accesses as it has verbs and
 * objects, and each of them needs a rule: {@code SELECT … FROM a, b} is two.
 *
 * @param verb what is done
 * @param object to what: {@code schema.name} of a relation, function or other object, the name of a
 *     parameter for {@link SqlVerb#SET}, or the empty string where a verb has no object
 * @param partOf the relations whose rows it holds, as a partition does: what is said of one of them
 *     is said of it
 * @param columns the columns named of that relation; {@link #ALL_COLUMNS} where it may be any
 * @param filtered whether a WHERE clause limits it
 */
public record SqlAccess(
    SqlVerb verb, String object, Set<String> partOf, Set<String> columns, boolean filtered) {

  /** Stands for every column: {@code SELECT *}, a whole row, or a reference nobody can resolve. */
  public static final String ALL_COLUMNS = "*";

  public SqlAccess {
    requireNonNull(verb, "verb");
    requireNonNull(object, "object");
    partOf = Set.copyOf(partOf);
    columns = Set.copyOf(columns);
  }

  /** An access to what is part of nothing. */
  public SqlAccess(SqlVerb verb, String object, Set<String> columns, boolean filtered) {
    this(verb, object, Set.of(), columns, filtered);
  }

  /** Whether the value of that column may be read by this access. */
  public boolean touches(String column) {
    return columns.contains(ALL_COLUMNS) || columns.contains(column);
  }

  /** In words: {@code DELETE public.orders}. */
  @Override
  public String toString() {
    return object.isEmpty() ? verb.name() : verb + " " + object;
  }
}
