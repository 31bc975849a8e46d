package dev.countersign.proxy.postgres.random;

import dev.countersign.proxy.postgres.random.Vocabulary.Column;
import dev.countersign.proxy.postgres.random.Vocabulary.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the expressions of a query can be made of.
 *
 * @param ranges its own
 * @param outer those of the query around it
 * @param ctes what it can read by name besides relations
 * @param level what its expressions are about
 * @param rows in which its aggregates look, if it groups
 */
record Scope(
    List<Range> ranges,
    Optional<Scope> outer,
    List<Relation> ctes,
    Level level,
    Optional<Scope> rows) {

  static final Scope EMPTY =
      new Scope(List.of(), Optional.empty(), List.of(), Level.ROWS, Optional.empty());

  /** What one value of a query is made of. */
  enum Level {
    ROWS,
    WINDOWS,
    GROUPS
  }

  /** An item of a FROM clause: by what name, and with what columns. */
  record Range(String alias, List<Column> columns) {}

  Scope {
    ranges = List.copyOf(ranges);
    ctes = List.copyOf(ctes);
  }

  /** Of a query inside. */
  Scope inside() {
    return new Scope(List.of(), Optional.of(this), ctes, Level.ROWS, Optional.empty());
  }

  Scope with(Range range) {
    List<Range> more = new ArrayList<>(ranges);
    more.add(range);
    return new Scope(more, outer, ctes, level, rows);
  }

  Scope withCte(Relation cte) {
    List<Relation> more = new ArrayList<>(ctes);
    more.removeIf(other -> other.name().equals(cte.name()));
    more.add(cte);
    return new Scope(ranges, outer, more, level, rows);
  }

  Scope windows() {
    return new Scope(ranges, outer, ctes, Level.WINDOWS, rows);
  }

  /** Of the groups that these columns make; aggregates look into this one. */
  Scope groupedBy(List<Range> columns) {
    return new Scope(columns, Optional.empty(), ctes, Level.GROUPS, Optional.of(this));
  }

  /** Columns as they can be written here; with a type, those of it. */
  List<String> columns(Optional<String> type) {
    return visible()
        .flatMap(
            range ->
                range.columns().stream()
                    .filter(column -> type.isEmpty() || type.get().equals(column.type()))
                    .map(column -> range.alias() + "." + column.name()))
        .toList();
  }

  private Stream<Range> visible() {
    return Stream.concat(
        ranges.stream(),
        outer.stream()
            .flatMap(Scope::visible)
            .filter(range -> ranges.stream().noneMatch(own -> own.alias().equals(range.alias()))));
  }
}
