package dev.countersign.cli.bench;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Rows and questions of the shape of a large policy: most rows name one table, some a schema, few
 * everything; a statement has one to three accesses; a subject is in three groups of twenty.
 */
final class RandomTable {

  private static final String[] ENVIRONMENTS = {"production", "staging", "development"};
  private static final List<List<String>> ACTIONS =
      List.of(
          List.of("SELECT"),
          List.of("SELECT"),
          List.of("UPDATE", "DELETE"),
          List.of("DROP", "TRUNCATE", "ALTER"),
          List.of("INSERT"),
          List.of("*"));
  private static final SqlVerb[] VERBS = {
    SqlVerb.SELECT, SqlVerb.SELECT, SqlVerb.INSERT, SqlVerb.UPDATE, SqlVerb.DELETE, SqlVerb.DROP
  };

  private final Random random;
  private final int rows;
  private final String[] tables;

  RandomTable(int rows, long seed) {
    this.rows = rows;
    this.random = new Random(seed);
    tables = new String[Math.max(30, rows / 2)];
    int schemas = Math.clamp(rows / 15, 8, 60);
    for (int i = 0; i < tables.length; i++) {
      tables[i] = "schema%d.%stable%d".formatted(random.nextInt(schemas), letter(), i);
    }
  }

  private char letter() {
    return (char) ('a' + random.nextInt(26));
  }

  private boolean in(int percent) {
    return random.nextInt(100) < percent;
  }

  Workbook workbook() {
    List<SqlRow> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(
          new SqlRow(
              Particulars.of(i + 2, "R-" + i, "reason " + i, "", List.of("AC-3")),
              new Scope(
                  List.of(in(30) ? "*" : group()), resourcePattern(), in(30) ? "*" : environment()),
              ACTIONS.get(random.nextInt(ACTIONS.size())),
              object(),
              in(5) ? Condition.WITHOUT_WHERE : Condition.ALWAYS,
              in(70) ? Ruling.ALLOW : Ruling.BLOCK));
    }
    return new Workbook(Map.of(), all, List.of(), Map.of(), List.of());
  }

  private String group() {
    return "group" + random.nextInt(20);
  }

  private String environment() {
    return ENVIRONMENTS[random.nextInt(ENVIRONMENTS.length)];
  }

  private String resourcePattern() {
    return in(30) ? "*" : in(50) ? "pg-*" : in(40) ? "*-eu-*" : resourceName();
  }

  private String resourceName() {
    return "pg-" + (random.nextBoolean() ? "eu-" : "us-") + random.nextInt(8);
  }

  private String object() {
    String table = table();
    int dot = table.indexOf('.');
    return in(2)
        ? "*"
        : in(20)
            ? table.substring(0, dot) + ".*"
            : in(5)
                ? table.substring(0, dot + 2) + "*"
                : in(3) ? "*" + table.substring(dot, dot + 6) + "*" : table;
  }

  private String table() {
    return tables[random.nextInt(tables.length)];
  }

  Subject subject() {
    Set<String> groups = new HashSet<>();
    while (groups.size() < 3) {
      groups.add(group());
    }
    return new Subject("bench", "agent", "agent", Subject.Kind.AGENT, groups, Optional.empty());
  }

  Resource resource() {
    return new Resource(
        resourceName(), Resource.Kind.POSTGRES, Map.of("environment", environment()));
  }

  SqlStatement statement() {
    List<SqlAccess> accesses = new ArrayList<>();
    for (int left = in(75) ? 1 : 2 + random.nextInt(2); left > 0; left--) {
      accesses.add(
          new SqlAccess(
              VERBS[random.nextInt(VERBS.length)], table(), Set.of("id", "name"), in(66)));
    }
    return new SqlStatement(accesses, Set.of(), false);
  }
}
