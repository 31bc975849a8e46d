package dev.countersign.proxy.postgres.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the relations of one statement may be as well: a name without a schema means another one of
 * the search path once an open transaction has moved the first away, or the session may not use its
 * schema.
 */
final class Namesakes {

  private final Map<String, List<String>> others = new HashMap<>();

  void add(String relation, List<String> namesakes) {
    if (!namesakes.isEmpty()) {
      others.put(relation, namesakes);
    }
  }

  List<String> of(String relation) {
    return others.getOrDefault(relation, List.of());
  }
}
