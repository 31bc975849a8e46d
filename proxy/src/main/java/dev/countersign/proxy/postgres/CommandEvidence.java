package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.proxy.postgres.catalog.OwnConnection;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.sql.SqlLayout;
import dev.countersign.rules.fact.SqlAccess;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the database says of a command before it runs: how large its tables are, how it would be
 * carried out, and what its objects are at the moment. Asked by the gateway's own role, for reading
 * only. Blocks.
 *
 * @param exhibits for the approver
 * @param state changes with the definition of anything the command names
 */
record CommandEvidence(List<Exhibit> exhibits, String state) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PLAN_MILLIS = 5_000;

  private static final String TABLES =
      """
      SELECT n.nspname || '.' || c.relname,
        CASE WHEN c.reltuples < 0 THEN 'never analyzed' ELSE c.reltuples::pg_catalog.int8::text END,
        pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid)),
        (SELECT coalesce(pg_catalog.string_agg(t.tgname, ', ' ORDER BY t.tgname), '')
         FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = ANY (?) AND c.relkind IN ('r', 'p', 'm', 'f', 'v')
      ORDER BY 1
      """;

  /**
   * A row of a catalog has another xmin when it was changed. Looked at are the relations, their
   * children and what views read; their columns, defaults, constraints, policies, rules and
   * triggers; and the functions that these, the command and its operators and casts run.
   */
  private static final String STATE =
      """
      WITH RECURSIVE named AS (
        SELECT c.oid FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname || '.' || c.relname = ANY (?)
        UNION SELECT more.oid FROM named, LATERAL (
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = named.oid
          UNION ALL SELECT d.refobjid FROM pg_catalog.pg_rewrite r
            JOIN pg_catalog.pg_depend d ON d.objid = r.oid
              AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            WHERE r.ev_class = named.oid) AS more (oid)),
      parts AS (
        SELECT 'pg_class' AS catalog, c.oid, c.xmin FROM pg_catalog.pg_class c
          JOIN named USING (oid)
        UNION ALL SELECT 'pg_attribute', a.attrelid, a.xmin FROM pg_catalog.pg_attribute a
          JOIN named ON named.oid = a.attrelid
        UNION ALL SELECT 'pg_attrdef', a.oid, a.xmin FROM pg_catalog.pg_attrdef a
          JOIN named ON named.oid = a.adrelid
        UNION ALL SELECT 'pg_constraint', c.oid, c.xmin FROM pg_catalog.pg_constraint c
          JOIN named ON named.oid IN (c.conrelid, c.confrelid)
        UNION ALL SELECT 'pg_constraint', c.oid, c.xmin FROM pg_catalog.pg_attribute a
          JOIN named ON named.oid = a.attrelid
          JOIN pg_catalog.pg_constraint c ON c.contypid = a.atttypid AND c.contypid <> 0
        UNION ALL SELECT 'pg_policy', p.oid, p.xmin FROM pg_catalog.pg_policy p
          JOIN named ON named.oid = p.polrelid
        UNION ALL SELECT 'pg_trigger', t.oid, t.xmin FROM pg_catalog.pg_trigger t
          JOIN named ON named.oid = t.tgrelid
        UNION ALL SELECT 'pg_rewrite', r.oid, r.xmin FROM pg_catalog.pg_rewrite r
          JOIN named ON named.oid = r.ev_class
        UNION ALL SELECT 'pg_class', i.indexrelid, i.xmin FROM pg_catalog.pg_index i
          JOIN named ON named.oid = i.indrelid
        UNION ALL SELECT 'pg_event_trigger', e.oid, e.xmin FROM pg_catalog.pg_event_trigger e
        UNION ALL SELECT 'pg_operator', o.oid, o.xmin FROM pg_catalog.pg_operator o
          JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
          WHERE n.nspname || '.' || o.oprname = ANY (?)
        UNION ALL SELECT 'pg_cast', c.oid, c.xmin FROM pg_catalog.pg_cast c
          JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
          JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
          WHERE n.nspname || '.' || t.typname = ANY (?)
        UNION ALL SELECT 'pg_proc', p.oid, p.xmin FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname || '.' || p.proname = ANY (?)),
      used AS (
        SELECT p.oid, p.xmin FROM pg_catalog.pg_proc p WHERE p.oid IN (
          SELECT coalesce(o.oprcode, d.refobjid) FROM parts
          JOIN pg_catalog.pg_depend d ON d.objid = parts.oid
            AND d.classid = ('pg_catalog.' || parts.catalog)::pg_catalog.regclass
          LEFT JOIN pg_catalog.pg_operator o ON o.oid = d.refobjid
            AND d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass
          WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass OR o.oid IS NOT NULL))
      SELECT pg_catalog.md5(coalesce(pg_catalog.string_agg(x, ',' ORDER BY x), '')) FROM (
        SELECT catalog || oid || ' ' || xmin FROM parts
        UNION SELECT 'used' || oid || ' ' || xmin FROM used) AS everything (x)
      """;

  CommandEvidence {
    exhibits = List.copyOf(exhibits);
  }

  /** Gathers what there is. What cannot be had is said to be missing. */
  static CommandEvidence of(
      PostgresUpstream upstream, FrozenCommand command, List<ClassifiedStatement> statements)
      throws SQLException {
    List<Exhibit> exhibits = new ArrayList<>();
    String layout = SqlLayout.of(command.text());
    if (!layout.equals(command.text().strip())) {
      exhibits.add(new Exhibit("Statement, laid out", Exhibit.Format.TEXT, layout));
    }
    if (!command.parameters().isEmpty()) {
      exhibits.add(new Exhibit("Parameters", Exhibit.Format.TABLE, parameters(command)));
    }
    try (Connection connection = OwnConnection.openReadOnly(upstream)) {
      exhibits.add(new Exhibit("Tables", Exhibit.Format.TABLE, tables(connection, statements)));
      for (ClassifiedStatement statement : statements) {
        if (isPlannable(statement)) {
          exhibits.add(
              new Exhibit(
                  "Plan",
                  Exhibit.Format.TEXT,
                  plan(connection, upstream, statement, command.parameters().size())));
        }
      }
      return new CommandEvidence(exhibits, state(connection, statements));
    }
  }

  /** What the objects of a command are at the moment. */
  static String stateOf(PostgresUpstream upstream, List<ClassifiedStatement> statements)
      throws SQLException {
    try (Connection connection = OwnConnection.openReadOnly(upstream)) {
      return state(connection, statements);
    }
  }

  private static String parameters(FrozenCommand command) {
    ArrayNode rows = JSON.createArrayNode();
    for (int i = 0; i < command.parameters().size(); i++) {
      FrozenCommand.Parameter parameter = command.parameters().get(i);
      rows.addObject()
          .put("parameter", "$" + (i + 1))
          .put("format", parameter.format() == 0 ? "text" : "binary")
          .put(
              "value", parameter.value().map(hex -> shown(hex, parameter.format())).orElse("NULL"));
    }
    return rows.toString();
  }

  private static String shown(String hex, int format) {
    return format == 0 ? new String(HexFormat.of().parseHex(hex), UTF_8) : "\\x" + hex;
  }

  private static String tables(Connection connection, List<ClassifiedStatement> statements)
      throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    try (PreparedStatement query = connection.prepareStatement(TABLES)) {
      query.setArray(1, objects(connection, statements));
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          rows.addObject()
              .put("table", found.getString(1))
              .put("rows, about", found.getString(2))
              .put("size", found.getString(3))
              .put("triggers", found.getString(4));
        }
      }
    }
    return rows.toString();
  }

  private static Array objects(Connection connection, List<ClassifiedStatement> statements)
      throws SQLException {
    Set<String> objects =
        statements.stream()
            .flatMap(statement -> statement.facts().accesses().stream())
            .map(SqlAccess::object)
            .collect(toCollection(TreeSet::new));
    return connection.createArrayOf("text", objects.toArray());
  }

  /** PostgreSQL plans queries only, and in planning runs functions it takes for constant. */
  private static boolean isPlannable(ClassifiedStatement statement) {
    return statement.kind() instanceof Kind.Plain
        && !statement.facts().opaque()
        && statement.facts().accesses().stream()
            .allMatch(
                access ->
                    switch (access.verb()) {
                      case SELECT, INSERT, UPDATE, DELETE, MERGE -> true;
                      case TRUNCATE,
                          CREATE,
                          ALTER,
                          DROP,
                          GRANT,
                          REVOKE,
                          COPY_TO,
                          COPY_FROM,
                          LOCK,
                          CALL,
                          DO,
                          EXECUTE,
                          FETCH,
                          SET,
                          SHOW,
                          TRANSACTION,
                          LISTEN,
                          NOTIFY,
                          MAINTAIN,
                          OTHER ->
                          false;
                    });
  }

  private static String plan(
      Connection connection,
      PostgresUpstream upstream,
      ClassifiedStatement statement,
      int parameters)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement run = connection.createStatement();
        PreparedStatement path =
            connection.prepareStatement("SELECT pg_catalog.set_config('search_path', ?, true)")) {
      run.execute("SET LOCAL statement_timeout = " + PLAN_MILLIS);
      path.setString(1, searchPath(upstream));
      path.execute();
      run.setEscapeProcessing(false);
      String explain = "EXPLAIN (GENERIC_PLAN) " + statement.text();
      if (connection.getMetaData().getDatabaseMajorVersion() < 16) {
        explain = explainOfOld(run, statement.text(), parameters);
      }
      StringBuilder lines = new StringBuilder();
      try (ResultSet rows = run.executeQuery(explain)) {
        while (rows.next()) {
          lines.append(rows.getString(1)).append('\n');
        }
      }
      return lines.toString();
    } catch (SQLException e) {
      return "The gateway's role cannot have it: SQLSTATE " + e.getSQLState();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Before PostgreSQL 16 parameters without values are planned only where they are prepared. */
  private static String explainOfOld(Statement run, String text, int parameters)
      throws SQLException {
    if (parameters == 0) {
      return "EXPLAIN " + text;
    }
    run.execute("SET LOCAL plan_cache_mode = force_generic_plan");
    run.execute("PREPARE explained AS " + text);
    return "EXPLAIN EXECUTE explained("
        + String.join(", ", Collections.nCopies(parameters, "NULL"))
        + ")";
  }

  private static String searchPath(PostgresUpstream upstream) {
    List<String> quoted = new ArrayList<>();
    upstream.searchPath().forEach(schema -> quoted.add('"' + schema.replace("\"", "\"\"") + '"'));
    return String.join(", ", quoted);
  }

  private static String state(Connection connection, List<ClassifiedStatement> statements)
      throws SQLException {
    Set<String> functions =
        statements.stream()
            .flatMap(statement -> statement.facts().functions().stream())
            .collect(toCollection(TreeSet::new));
    try (PreparedStatement query = connection.prepareStatement(STATE)) {
      query.setArray(1, objects(connection, statements));
      Array called = connection.createArrayOf("text", functions.toArray());
      // Operators, types and functions.
      for (int parameter = 2; parameter <= 4; parameter++) {
        query.setArray(parameter, called);
      }
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
