package dev.countersign.proxy.postgres.catalog;

import java.util.Map;
import java.util.Set;

/**
 * What of users' the server may run though no statement says so plainly.
 *
 * @param functions for each schema the bare names of its functions, operators and types by which
 *     code of users' is run: base types, and those with casts
 * @param conversions which other casts run code of users'
 */
record UserCode(Map<String, Set<String>> functions, Conversions conversions) {

  static final UserCode NONE = new UserCode(Map.of(), Conversions.NONE);

  UserCode {
    functions = Map.copyOf(functions);
  }

  boolean isNamed(String schema, String name) {
    return functions.getOrDefault(schema, Set.of()).contains(name);
  }
}
