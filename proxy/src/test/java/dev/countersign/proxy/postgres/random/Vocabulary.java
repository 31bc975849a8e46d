package dev.countersign.proxy.postgres.random;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What there is to make statements of: the relations of a database, and what its server can compute
 * of values of the {@link Types}.
 */
public final class Vocabulary {

  /** A column of a relation or a query. */
  record Column(String name, String type) {}

  /** A relation, and whether it can be changed. */
  record Relation(String name, List<Column> columns, boolean isTable) {}

  private static final String RELATIONS =
      """
      SELECT c.relname, a.attname, c.relkind IN ('r', 'p'), %s
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        AND a.attnum > 0
      ORDER BY c.relname, a.attnum
      """
          .formatted(type("a.atttypid"));

  /**
   * Those that PostgreSQL has for operators and indexes, and for itself, are no functions to it.
   */
  private static final String FUNCTIONS =
      """
      SELECT 'pg_catalog.' || quote_ident(p.proname) || '(' || array_to_string(ARRAY(SELECT '{' || %s || '}'
          FROM unnest(p.proargtypes) WITH ORDINALITY t (a, n) ORDER BY n), ', ') || ')', %s
      FROM pg_proc p
      WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset
        AND p.provolatile <> 'v' AND p.pronargs > 0 AND p.provariadic = 0
        AND p.prorettype <> 'internal'::regtype
        AND obj_description(p.oid, 'pg_proc') !~ '^(implementation of|internal|I/O|aggregate|less-)'
        AND p.proname !~ '(in|out|recv|send|_support|_cmp|support|larger|smaller|diff|repeat|pad|factorial)$'
        AND p.proname !~ '^(gin|has|hash|pg|row_security|text_to|int[248]$|numeric$|float[48]$|bool$|time[a-z]*_|encode|decode|date_part|date_trunc|extract)'
        AND p.proname !~ '(normalize|convert|timezone|escape|uuid_|regexp|hash|in_range|_b(it|yte))'
      ORDER BY p.oid
      """
          .formatted(type("t.a"), type("p.prorettype"));

  private static final String OPERATORS =
      """
      SELECT '{' || %s || '} ' || o.oprname || ' {' || %s || '}', %s
      FROM pg_operator o
      WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprkind = 'b' AND o.oprname <> '^'
      ORDER BY o.oid
      """
          .formatted(type("o.oprleft"), type("o.oprright"), type("o.oprresult"));

  /** How many forms stand for each one of a function. */
  private static final int TIMES = 6;

  private final List<Relation> relations;
  private final List<Form> ranges;
  private final List<Form> forms;

  private Vocabulary(List<Relation> relations, List<Form> ranges, List<Form> forms) {
    this.relations = List.copyOf(relations);
    this.ranges = List.copyOf(ranges);
    this.forms = List.copyOf(forms);
  }

  private static String type(String oid) {
    return "replace(replace(format_type(%s, NULL), 'timestamp with time zone', 'timestamptz'), 'double precision', 'float8')"
        .formatted(oid);
  }

  /** Reads it from a database. */
  public static Vocabulary read(Connection connection) throws SQLException, IOException {
    List<Form> forms = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      forms.addAll(Form.load("forms.txt"));
    }
    try (Statement statement = connection.createStatement()) {
      forms.addAll(calls(statement, FUNCTIONS, Construct.FUNCTION));
      forms.addAll(calls(statement, OPERATORS, Construct.OPERATOR));
      return new Vocabulary(relations(statement), Form.load("ranges.txt"), forms);
    }
  }

  private static List<Relation> relations(Statement statement) throws SQLException {
    Map<String, Relation> relations = new LinkedHashMap<>();
    try (ResultSet rows = statement.executeQuery(RELATIONS)) {
      while (rows.next()) {
        String name = rows.getString(1);
        boolean isTable = rows.getBoolean(3);
        relations
            .computeIfAbsent(name, key -> new Relation(key, new ArrayList<>(), isTable))
            .columns()
            .add(new Column(rows.getString(2), rows.getString(4)));
      }
    }
    return List.copyOf(relations.values());
  }

  private static List<Form> calls(Statement statement, String query, Construct construct)
      throws SQLException {
    List<Form> calls = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        Form call = new Form(construct, rows.getString(2), rows.getString(1));
        // What is left in braces is of a type that no expression here has.
        boolean isWhole = call.filled(hole -> "").indexOf('{') < 0;
        if (isWhole && Types.ALL.contains(call.type())) {
          calls.add(call);
        }
      }
    }
    return calls;
  }

  List<Relation> relations() {
    return relations;
  }

  Relation relation(String name) {
    return relations.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  /** What can stand in FROM besides. */
  List<Form> ranges() {
    return ranges;
  }

  /** Forms of a type, of these constructs or of all others. */
  List<Form> forms(String type, Set<Construct> constructs, boolean of) {
    return forms.stream()
        .filter(form -> form.type().equals(type) && constructs.contains(form.construct()) == of)
        .toList();
  }
}
