package dev.countersign.proxy.postgres.catalog;

import java.util.Map;
import java.util.Set;

/**
 * The names that stand in each schema for what no statement reads: one of them is meant where an
 * earlier schema of the search path has it.
 *
 * @param relations those of sequences, indexes and composite types
 * @param types those of all types
 */
record OtherNames(Map<String, Set<String>> relations, Map<String, Set<String>> types) {

  static final OtherNames NONE = new OtherNames(Map.of(), Map.of());

  OtherNames {
    relations = Map.copyOf(relations);
    types = Map.copyOf(types);
  }

  boolean hasRelation(String schema, String name) {
    return relations.getOrDefault(schema, Set.of()).contains(name);
  }

  boolean hasType(String schema, String name) {
    return types.getOrDefault(schema, Set.of()).contains(name);
  }
}
