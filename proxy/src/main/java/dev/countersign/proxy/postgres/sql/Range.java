package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something in a FROM clause, or the target of a data-changing statement. */
sealed interface Range {

  /** The name by which columns are qualified. */
  String name();

  /** Whether every column it has is known. */
  boolean isComplete();

  /** Whether it surely has that column. */
  boolean has(String column);

  /** Notes that the statement names that column of it. */
  void reads(String column);

  /** Notes that the statement may read any column of it. */
  void readsAll();

  /**
   * A relation of the database.
   *
   * @param relation {@code schema.name}
   * @param access what the statement does to it
   * @param columns the names of its columns; empty if they are not known
   */
  record Relation(
      String name, String relation, Accesses.Access access, Optional<Set<String>> columns)
      implements Range {

    public Relation {
      requireNonNull(relation, "relation");
    }

    @Override
    public boolean isComplete() {
      return columns.isPresent();
    }

    @Override
    public boolean has(String column) {
      return columns.map(known -> known.contains(column)).orElse(false);
    }

    @Override
    public void reads(String column) {
      access.addColumn(column);
    }

    @Override
    public void readsAll() {
      access.addAllColumns();
    }
  }

  /**
   * The result of a query or function. What it reads was noted when it was read itself.
   *
   * @param columns the columns whose names are known
   * @param isComplete whether these are all
   */
  record Derived(String name, List<String> columns, boolean isComplete) implements Range {

    public Derived {
      columns = List.copyOf(columns);
    }

    @Override
    public boolean has(String column) {
      return columns.contains(column);
    }

    @Override
    public void reads(String column) {}

    @Override
    public void readsAll() {}
  }

  /** A join that has a name of its own: it reads what its members read. */
  record Join(String name, List<Range> members) implements Range {

    public Join {
      members = List.copyOf(members);
    }

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public boolean has(String column) {
      return false;
    }

    @Override
    public void reads(String column) {
      if (members.stream().noneMatch(member -> member.has(column))) {
        readsAll();
      }
      members.stream().filter(member -> member.has(column)).forEach(m -> m.reads(column));
    }

    @Override
    public void readsAll() {
      members.forEach(Range::readsAll);
    }
  }
}
