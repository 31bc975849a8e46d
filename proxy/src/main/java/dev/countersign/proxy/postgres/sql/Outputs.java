package dev.countersign.proxy.postgres.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The columns a query puts out, in order.
 *
 * @param columns what the text names; a star is no column
 * @param star what the stars are made of, if there are any: then positions say nothing
 */
record Outputs(List<Column> columns, Optional<Sources> star) {

  static final Outputs NONE = new Outputs(List.of(), Optional.empty());

  /**
   * An output column.
   *
   * @param name its name, if the text tells
   * @param sources what it is made of
   */
  record Column(Optional<String> name, Sources sources) {}

  Outputs {
    columns = List.copyOf(columns);
  }

  /** Everything that any column is made of. */
  Sources union() {
    Sources union = new Sources();
    columns.forEach(column -> union.addAll(column.sources()));
    star.ifPresent(union::addAll);
    return union;
  }

  boolean hasStar() {
    return star.isPresent();
  }

  /** UNION and the like: names of the left, values of both, by position where that is known. */
  Outputs combine(Outputs right) {
    boolean byPosition = !hasStar() && !right.hasStar() && columns.size() == right.columns.size();
    List<Column> combined = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      Sources sources = new Sources();
      sources.addAll(columns.get(i).sources());
      sources.addAll(byPosition ? right.columns.get(i).sources() : right.union());
      if (!byPosition) {
        sources.addAll(union());
      }
      combined.add(new Column(columns.get(i).name(), sources));
    }
    if (byPosition) {
      return new Outputs(combined, Optional.empty());
    }
    Sources all = union();
    all.addAll(right.union());
    return new Outputs(combined, Optional.of(all));
  }

  /** With the first columns renamed, as a column alias list does. */
  Outputs renamed(List<String> names) {
    if (names.isEmpty()) {
      return this;
    }
    List<Column> renamed = new ArrayList<>();
    for (int i = 0; i < Math.max(names.size(), columns.size()); i++) {
      Optional<String> name = i < names.size() ? Optional.of(names.get(i)) : columns.get(i).name();
      Sources sources = hasStar() || i >= columns.size() ? union() : columns.get(i).sources();
      renamed.add(new Column(name, sources));
    }
    return new Outputs(renamed, star);
  }
}
