package dev.countersign.proxy.postgres.catalog;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a {@link Catalog} from a database. Every name is schema-qualified and the search path is
 * pinned, so that nothing in the database can stand in for a system catalog (PG-P09).
 */
final class CatalogReader {

  private static final String RELATIONS =
      """
      SELECT c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind, a.attnum, a.attname
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      """;

  private static final String SOURCES =
      """
      SELECT r.ev_class::pg_catalog.int8, d.refobjid::pg_catalog.int8
      FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.ev_type = '1'
        AND d.refobjid <> r.ev_class AND r.ev_class >= 16384
      UNION
      SELECT i.inhrelid::pg_catalog.int8, i.inhparent::pg_catalog.int8
      FROM pg_catalog.pg_inherits i
      """;

  private static final String REFERENCES =
      """
      SELECT f.conrelid::pg_catalog.int8, f.confrelid::pg_catalog.int8
      FROM pg_catalog.pg_constraint f
      WHERE f.contype = 'f'
      """;

  private static final String KEYS =
      """
      SELECT k.conrelid::pg_catalog.int8, pg_catalog.unnest(k.conkey)
      FROM pg_catalog.pg_constraint k
      WHERE k.contype = 'p'
      """;

  /**
   * What extensions add to PostgreSQL's own: functions by the same names, and operators, for types
   * of theirs. What of these is not volatile, and a superuser's, computes, and nothing else.
   */
  private static final String COMPUTING =
      """
      WITH computing AS (
        SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_proc p ON p.oid = d.objid
        JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
        WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND p.provolatile <> 'v' AND r.rolsuper
          AND EXISTS (SELECT FROM pg_catalog.pg_proc b WHERE b.proname = p.proname
            AND b.pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND b.oid < 16384)
        UNION ALL
        SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_operator o ON o.oid = d.objid
        JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
        JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
        WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass
          AND p.provolatile <> 'v' AND r.rolsuper)
      """;

  /**
   * Views whose queries, and relations whose rules and policies, do what nobody can follow: they
   * call functions made by users, or PostgreSQL's own that run SQL in a text or read files, or they
   * read statistics, large objects and statements of sessions. That something reads PostgreSQL's
   * first own tables, or calls its functions, is in its tree only, which is long: of those who may
   * not read these tables it is not asked.
   */
  private static final String OPAQUE =
      COMPUTING
          + """
          SELECT DISTINCT r.ev_class::pg_catalog.int8, r.ev_type = '1'
          FROM pg_catalog.pg_rewrite r
          WHERE r.ev_class >= 16384 AND (
            EXISTS (SELECT FROM pg_catalog.pg_depend d
              LEFT JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
                AND (c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
                    AND c.relname ~ '^pg_(stats|stat_activity$|prepared_statements$|cursors$)'
                  OR d.refobjid >= 16384
                    AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
                      'pg_catalog.pg_operator'::pg_catalog.regclass)
                    AND (d.refclassid, d.refobjid) NOT IN (TABLE computing)))
            OR EXISTS (SELECT FROM pg_catalog.pg_class c, pg_catalog.pg_class v
              WHERE c.oid IN ('pg_catalog.pg_statistic'::pg_catalog.regclass,
                  'pg_catalog.pg_statistic_ext_data'::pg_catalog.regclass,
                  'pg_catalog.pg_largeobject'::pg_catalog.regclass)
                AND v.oid = r.ev_class
                AND CASE WHEN pg_catalog.has_table_privilege(v.relowner, c.oid, 'SELECT')
                    OR v.reloptions::pg_catalog.text ~ 'security_invoker'
                  THEN pg_catalog.strpos(r.ev_action::pg_catalog.text, ':relid ' || c.oid || ' ') > 0
                  END)
            OR r.ev_action::pg_catalog.text ~ (
              SELECT ':funcid (' || pg_catalog.string_agg(p.oid::pg_catalog.text, '|') || ') '
              FROM pg_catalog.pg_proc p
              WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                AND (p.proname ~ '_to_xml' OR p.proname IN ('ts_stat', 'ts_rewrite', 'lo_get', 'loread',
                  'pg_read_file', 'pg_read_binary_file', 'pg_mcv_list_items', 'pg_prepared_statement',
                  'pg_cursor', 'pg_stat_get_activity', 'pg_stat_get_backend_activity',
                  'pg_logical_slot_get_changes', 'pg_logical_slot_peek_changes',
                  'pg_logical_slot_get_binary_changes', 'pg_logical_slot_peek_binary_changes'))))
          UNION
          SELECT p.polrelid::pg_catalog.int8, false
          FROM pg_catalog.pg_policy p
          JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
          WHERE d.refobjid >= 16384 AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
              'pg_catalog.pg_operator'::pg_catalog.regclass)
            AND (d.refclassid, d.refobjid) NOT IN (TABLE computing)
          """;

  /**
   * What the rules and policies of relations read or write, and whether they say what a RETURNING
   * returns.
   */
  private static final String RULES =
      """
      SELECT r.ev_class::pg_catalog.int8, d.refobjid::pg_catalog.int8,
        pg_catalog.strpos(r.ev_action::pg_catalog.text, ':returningList (') > 0
      FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND r.ev_type <> '1' AND r.ev_class >= 16384
      UNION ALL
      SELECT p.polrelid::pg_catalog.int8, d.refobjid::pg_catalog.int8, false
      FROM pg_catalog.pg_policy p
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      """;

  /** Columns that others are generated from, and those that updates cascade from. */
  private static final String COPIES =
      """
      SELECT x.adrelid::pg_catalog.int8, x.adnum, d.refobjid::pg_catalog.int8, d.refobjsubid, false
      FROM pg_catalog.pg_attrdef x
      JOIN pg_catalog.pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = x.oid
      WHERE a.attgenerated <> '' AND d.refobjsubid NOT IN (0, x.adnum)
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      UNION ALL
      SELECT f.conrelid::pg_catalog.int8, pg_catalog.unnest(f.conkey),
        f.confrelid::pg_catalog.int8, pg_catalog.unnest(f.confkey), true
      FROM pg_catalog.pg_constraint f
      WHERE f.contype = 'f' AND f.confupdtype = 'c'
      """;

  /** Relations, and what has columns, arguments or results of the type of their rows. */
  private static final String ROW_TYPES =
      """
      SELECT t.typrelid::pg_catalog.int8, d.objid::pg_catalog.int8
      FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.refobjid IN (t.oid, t.typarray)
      WHERE t.typrelid >= 16384 AND d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass)
      """;

  private static final String SYSTEM_RELATIONS =
      """
      SELECT c.relname FROM pg_catalog.pg_class c
      WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
      """;

  private static final String SYSTEM_ATTRIBUTES =
      """
      SELECT DISTINCT p.proname FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
        AND p.pronargs > 0 AND p.pronargs - p.pronargdefaults <= 1
      """;

  /** Code of users'. */
  private static final String FUNCTIONS =
      COMPUTING
          + """
          SELECT n.nspname, p.proname FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          WHERE (n.nspname NOT IN ('pg_catalog', 'information_schema') OR p.oid >= 16384)
            AND ('pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.oid)
              NOT IN (TABLE computing)
          UNION
          SELECT n.nspname, o.oprname FROM pg_catalog.pg_operator o
          JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
          WHERE (n.nspname NOT IN ('pg_catalog', 'information_schema') OR o.oid >= 16384)
            AND ('pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid, o.oid)
              NOT IN (TABLE computing)
          UNION
          SELECT n.nspname, t.typname FROM pg_catalog.pg_type t
          JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
          WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND t.typtype = 'b' AND t.typelem = 0
          UNION
          SELECT n.nspname, t.typname FROM pg_catalog.pg_cast c
          JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
          JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
          WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.castfunc >= 16384
          """;

  private static final String OTHER_RELATIONS =
      """
      SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid >= 16384 AND c.relkind IN ('S', 'i', 'I', 'c')
      """;

  private static final String TYPES =
      """
      SELECT n.nspname, t.typname FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE t.oid >= 16384 AND t.typelem = 0
      """;

  /** Columns of which the catalog keeps a value: what rows have that were there before them. */
  private static final String KEPT =
      """
      SELECT a.attrelid::pg_catalog.int8, a.attnum::pg_catalog.int8
      FROM pg_catalog.pg_attribute a
      WHERE a.atthasmissing AND NOT a.attisdropped
      """;

  /** Types of which values are made by code of users' that is not an extension's. */
  private static final String CONVERTED =
      """
      SELECT DISTINCT t.typname
      FROM pg_catalog.pg_cast c
      JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
      WHERE l.lanname NOT IN ('internal', 'c')
      """;

  /** Types that are made of no others, but for arrays. */
  private static final String PLAIN_TYPES =
      """
      SELECT n.nspname || '.' || t.typname
      FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
      WHERE t.typtype = 'e' OR e.typtype = 'e'
        OR n.nspname = 'pg_catalog' AND t.typtype NOT IN ('c', 'd')
      """;

  private CatalogReader() {}

  static Catalog read(Connection connection, List<String> searchPath) throws SQLException {
    // What is changed meanwhile is in all of it or in none.
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      Opaque opaque = opaque(statement);
      return new Catalog(
          true,
          searchPath,
          relations(statement),
          new Dependencies(
              edges(statement, SOURCES),
              edges(statement, REFERENCES),
              edges(statement, KEYS),
              copies(statement),
              edges(statement, ROW_TYPES).keySet()),
          edges(statement, KEPT),
          opaque.views(),
          rules(statement, opaque.rules()),
          names(statement, SYSTEM_RELATIONS),
          names(statement, SYSTEM_ATTRIBUTES),
          new UserCode(
              namesBySchema(statement, FUNCTIONS),
              new Conversions(names(statement, CONVERTED), names(statement, PLAIN_TYPES))),
          // In one schema there is nothing to look for.
          searchPath.size() == 1
              ? OtherNames.NONE
              : new OtherNames(
                  namesBySchema(statement, OTHER_RELATIONS), namesBySchema(statement, TYPES)));
    }
  }

  private static List<Relation> relations(Statement statement) throws SQLException {
    record Head(String schema, String name, char kind) {}
    Map<Integer, Head> heads = new HashMap<>();
    Map<Integer, Map<Integer, String>> columns = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(RELATIONS)) {
      while (rows.next()) {
        int oid = (int) rows.getLong(1);
        heads.put(oid, new Head(rows.getString(2), rows.getString(3), rows.getString(4).charAt(0)));
        columns.computeIfAbsent(oid, key -> new HashMap<>()).put(rows.getInt(5), rows.getString(6));
      }
    }
    List<Relation> relations = new ArrayList<>();
    heads.forEach(
        (oid, head) ->
            relations.add(
                new Relation(
                    oid,
                    head.schema(),
                    head.name(),
                    head.kind(),
                    columns.getOrDefault(oid, Map.of()))));
    return relations;
  }

  private static Map<Integer, Set<Integer>> edges(Statement statement, String query)
      throws SQLException {
    Map<Integer, Set<Integer>> edges = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        edges
            .computeIfAbsent((int) rows.getLong(1), key -> new HashSet<>())
            .add((int) rows.getLong(2));
      }
    }
    return edges;
  }

  private static List<ColumnCopy> copies(Statement statement) throws SQLException {
    List<ColumnCopy> copies = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(COPIES)) {
      while (rows.next()) {
        copies.add(
            new ColumnCopy(
                (int) rows.getLong(1),
                rows.getInt(2),
                (int) rows.getLong(3),
                rows.getInt(4),
                rows.getBoolean(5)));
      }
    }
    return copies;
  }

  /** Views, and relations with rules, of which nobody can follow what they do. */
  private record Opaque(Set<Integer> views, Set<Integer> rules) {}

  private static Opaque opaque(Statement statement) throws SQLException {
    Opaque oids = new Opaque(new HashSet<>(), new HashSet<>());
    try (ResultSet rows = statement.executeQuery(OPAQUE)) {
      while (rows.next()) {
        Set<Integer> those = rows.getBoolean(2) ? oids.views() : oids.rules();
        those.add((int) rows.getLong(1));
      }
    }
    return oids;
  }

  private static RewriteRules rules(Statement statement, Set<Integer> opaque) throws SQLException {
    Map<Integer, Set<Integer>> uses = new HashMap<>();
    Set<Integer> returning = new HashSet<>();
    try (ResultSet rows = statement.executeQuery(RULES)) {
      while (rows.next()) {
        int oid = (int) rows.getLong(1);
        uses.computeIfAbsent(oid, key -> new HashSet<>()).add((int) rows.getLong(2));
        if (rows.getBoolean(3)) {
          returning.add(oid);
        }
      }
    }
    return new RewriteRules(uses, returning, opaque);
  }

  private static Set<String> names(Statement statement, String query) throws SQLException {
    Set<String> names = new HashSet<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static Map<String, Set<String>> namesBySchema(Statement statement, String query)
      throws SQLException {
    Map<String, Set<String>> names = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        names.computeIfAbsent(rows.getString(1), key -> new HashSet<>()).add(rows.getString(2));
      }
    }
    return names;
  }
}
