package dev.countersign.proxy.postgres.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a database hangs on what else of it.
 *
 * @param sources for each view or child the relations it is built upon or inherits from
 * @param references for each table those that its foreign keys refer to
 * @param keys for each table the columns of its primary key
 * @param copies the columns that the database writes by itself from others
 * @param types the relations whose rows are the type of columns and functions elsewhere
 */
record Dependencies(
    Map<Integer, Set<Integer>> sources,
    Map<Integer, Set<Integer>> references,
    Map<Integer, Set<Integer>> keys,
    List<ColumnCopy> copies,
    Set<Integer> types) {

  static final Dependencies NONE =
      new Dependencies(Map.of(), Map.of(), Map.of(), List.of(), Set.of());

  Dependencies {
    sources = Map.copyOf(sources);
    references = Map.copyOf(references);
    keys = Map.copyOf(keys);
    copies = List.copyOf(copies);
    types = Set.copyOf(types);
  }
}
