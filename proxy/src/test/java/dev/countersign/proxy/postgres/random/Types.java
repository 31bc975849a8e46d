package dev.countersign.proxy.postgres.random;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The types that expressions have, and plain values of them. */
final class Types {

  private static final Map<String, List<String>> LITERALS =
      Map.ofEntries(
          entry("boolean", List.of("true", "true", "true", "true", "false", "NULL::boolean")),
          entry("integer", List.of("1", "2", "0", "-7", "40")),
          entry("bigint", List.of("3::bigint", "10000000000")),
          entry("numeric", List.of("1.5", "0.25")),
          entry("float8", List.of("2.5::float8")),
          entry("text", List.of("'a'", "'word'", "''", "NULL::text", "'x y'")),
          entry("uuid", List.of("'00000000-0000-4000-8000-000000000001'::uuid")),
          entry("date", List.of("date '2026-02-03'")),
          entry("timestamptz", List.of("timestamptz '2026-02-03 10:00+00'")),
          entry("interval", List.of("interval '2 days'")),
          entry("json", List.of("'{\"word\": 1}'::json")),
          entry("jsonb", List.of("'{\"word\": \"a\", \"list\": [1]}'::jsonb")),
          entry("text[]", List.of("ARRAY['a', 'b']")),
          entry("integer[]", List.of("ARRAY[1, 2]")),
          entry("bytea", List.of("'\\x00ff'::bytea")),
          entry("inet", List.of("inet '10.1.1.1/8'")),
          entry("int4range", List.of("int4range(1, 9)")),
          entry("person", List.of("ROW('b', 2)::person")),
          entry("mood", List.of("'glad'::mood")),
          entry("label", List.of("'l'::label")),
          entry("xml", List.of("'<p>a</p>'::xml")));

  static final List<String> ALL = LITERALS.keySet().stream().sorted().toList();

  private Types() {}

  static List<String> literals(String type) {
    return LITERALS.getOrDefault(type, List.of("NULL"));
  }

  static List<String> quoted() {
    return ALL.stream().map(Pattern::quote).toList();
  }
}
