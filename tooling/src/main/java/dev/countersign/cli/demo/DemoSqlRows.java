package dev.countersign.cli.demo;

import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of the demo's sheet SQL, one call each, in the order of their ids. */
final class DemoSqlRows {

  private static final String ANY = "*";
  private static final String NO_HINT = "";
  private static final Ruling ASK_DBA =
      new Ruling.Approve(List.of("dba-approvers"), Duration.ofMinutes(15));

  private final List<SqlRow> rows = new ArrayList<>();

  private DemoSqlRows() {}

  static List<SqlRow> all() {
    DemoSqlRows sheet = new DemoSqlRows();
    sheet.reads();
    sheet.changes();
    sheet.whatTheGatewayCannotSee();
    sheet.others();
    return List.copyOf(sheet.rows);
  }

  private void reads() {
    // SQL-001
    allow(
        on("@readers", "orders", ANY),
        "SELECT",
        "public.*",
        "the shop's tables may be read; personal columns are masked",
        "AC-3, AC-6");
    // SQL-002
    allow(
        on("@readers, bench", ANY, ANY),
        "SELECT",
        "pg_catalog.*",
        "clients look up tables and types",
        "AC-3");
    // SQL-003
    allow(
        on("@readers, bench", ANY, ANY),
        "SELECT",
        "information_schema.*",
        "clients look up tables and types",
        "AC-3");
    // SQL-004
    allow(
        on("@readers, bench", ANY, ANY),
        "SELECT",
        SqlRow.NO_OBJECT,
        "computing without a table reads nothing",
        "AC-3");
    // SQL-005
    allow(on("@readers, bench", ANY, ANY), "SHOW", ANY, "settings may be read", "AC-3");
    // SQL-006
    allow(
        on("@readers, bench", ANY, ANY),
        "SET",
        ANY,
        "settings that change no meaning may be set; the gateway refuses the others",
        "AC-3");
    // SQL-007
    allow(
        on("@readers, bench", ANY, ANY),
        "TRANSACTION",
        ANY,
        "transactions may be begun and ended",
        "AC-3");
  }

  private void changes() {
    // SQL-008
    allow(
        on("ai-agents", "orders", ANY),
        "INSERT",
        "public.orders",
        "agents may place orders",
        "AC-3, AC-6");
    // SQL-009
    add(
        on("ai-agents", "orders", ANY),
        "UPDATE",
        "public.orders",
        Condition.ALWAYS,
        ASK_DBA,
        "changing an order needs a second person",
        "Wait for the approval, or insert a new order instead.",
        "AC-3, AC-5");
    // SQL-010
    add(
        on("ai-agents", "orders", ANY),
        "DELETE",
        "public.orders",
        Condition.ALWAYS,
        ASK_DBA,
        "deleting an order needs a second person",
        "Wait for the approval, or set the order's status to cancelled.",
        "AC-3, AC-5");
    // SQL-011
    add(
        on("ai-agents", ANY, ANY),
        "DELETE",
        ANY,
        Condition.WITHOUT_WHERE,
        Ruling.BLOCK,
        "a delete without WHERE empties the table",
        "Add a WHERE clause that names the rows, for example WHERE id = 42.",
        "AC-3, SI-10");
    // SQL-012
    add(
        on("ai-agents", ANY, ANY),
        "UPDATE",
        ANY,
        Condition.WITHOUT_WHERE,
        Ruling.BLOCK,
        "an update without WHERE changes every row",
        "Add a WHERE clause that names the rows, for example WHERE id = 42.",
        "AC-3, SI-10");
    // SQL-013
    block(
        on("ai-agents", "orders", ANY),
        "INSERT, UPDATE, DELETE, MERGE",
        "@personal-tables",
        "customers and payments are changed by the shop's own software only",
        "Describe the change in a ticket for the shop team.",
        "AC-3, AC-6");
    // SQL-014
    block(
        on(ANY, ANY, "production"),
        "CREATE, ALTER, DROP, TRUNCATE",
        ANY,
        "production schema changes need a ticket",
        "Open a ticket with the migration; it runs in staging first.",
        "CM-3, CM-5");
  }

  private void whatTheGatewayCannotSee() {
    // SQL-015
    block(
        on("ai-agents", ANY, ANY),
        "DO",
        ANY,
        "a code block hides what it does",
        "Send the statements of the block one by one.",
        "AC-3, SI-10");
    // SQL-016
    block(
        on("ai-agents", ANY, ANY),
        "CALL",
        ANY,
        "a function or procedure can do what its name does not tell",
        "Use PostgreSQL's built-in functions, or send the statements it consists of.",
        "AC-3, SI-10");
    // SQL-017
    block(
        on("ai-agents", ANY, ANY),
        "EXECUTE, FETCH",
        ANY,
        "a prepared statement or cursor of that name is not known",
        "Prepare or declare it in this session first, or send the statement itself.",
        "AC-3, SI-10");
    // SQL-018
    block(
        on("ai-agents", ANY, ANY),
        "COPY_TO, COPY_FROM",
        ANY,
        "bulk transfer is not for agents",
        "Use SELECT with LIMIT to read, INSERT to write.",
        "AC-4, AC-6");
    // SQL-019
    block(
        on("ai-agents", ANY, ANY),
        "LOCK",
        ANY,
        "a table lock stops the shop",
        "Use a transaction; PostgreSQL locks the rows it needs.",
        "AC-6");
    // SQL-020
    block(
        on(ANY, ANY, ANY),
        "GRANT, REVOKE",
        ANY,
        "privileges are changed by the database team outside the gateway",
        "Ask the database team; say which role needs what, and why.",
        "AC-3, AC-6(10)");
    // SQL-021
    block(
        on("ai-agents", ANY, ANY),
        "LISTEN, NOTIFY",
        ANY,
        "notifications reach other sessions past the gateway",
        "Poll with SELECT.",
        "AC-4");
    // SQL-022
    block(
        on("ai-agents", ANY, ANY),
        "MAINTAIN",
        ANY,
        "maintenance is scheduled by the database team",
        "Tell the database team which table is slow.",
        "AC-6");
    // SQL-023
    add(
        on("ai-agents", ANY, ANY),
        ANY,
        ANY,
        Condition.OPAQUE,
        Ruling.BLOCK,
        "the statement can do what its text does not tell",
        "Send plain statements that name their tables.",
        "AC-3, SI-10");
  }

  private void others() {
    // SQL-024
    allow(
        on("dba-approvers", "orders", "staging"),
        "CREATE, ALTER, DROP, TRUNCATE",
        "public.*",
        "the database team tries schema changes in staging",
        "CM-3, CM-5");
    // SQL-025
    allow(
        on("dba-approvers", "orders", "development"),
        "CREATE, ALTER, DROP, TRUNCATE",
        "public.*",
        "the database team tries schema changes in development",
        "CM-3, CM-5");
    // SQL-026
    allow(
        on("bench", "bench", ANY),
        "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, COPY_FROM, CREATE, ALTER, DROP, MAINTAIN",
        "public.pgbench_*",
        "the benchmark works on tables of its own",
        "AC-3");
  }

  private static Scope on(String groups, String resource, String environment) {
    return new Scope(split(groups), resource, environment);
  }

  private static List<String> split(String commaList) {
    return Arrays.stream(commaList.split(",", -1)).map(String::strip).toList();
  }

  private void allow(Scope scope, String actions, String object, String reason, String controls) {
    add(scope, actions, object, Condition.ALWAYS, Ruling.ALLOW, reason, NO_HINT, controls);
  }

  private void block(
      Scope scope, String actions, String object, String reason, String hint, String controls) {
    add(scope, actions, object, Condition.ALWAYS, Ruling.BLOCK, reason, hint, controls);
  }

  private void add(
      Scope scope,
      String actions,
      String object,
      Condition condition,
      Ruling ruling,
      String reason,
      String hint,
      String controls) {
    rows.add(
        new SqlRow(
            Particulars.of(
                rows.size() + 2,
                "SQL-%03d".formatted(rows.size() + 1),
                reason,
                hint,
                split(controls)),
            scope,
            split(actions),
            object,
            condition,
            ruling));
  }
}
