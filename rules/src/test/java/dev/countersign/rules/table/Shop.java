package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random tables and statements that often meet. */
final class Shop {

  private static final String[] ENVIRONMENTS = {"production", "staging", "development"};
  private static final SqlVerb[] USUAL = {
    SqlVerb.SELECT, SqlVerb.INSERT, SqlVerb.UPDATE, SqlVerb.DELETE
  };
  private static final String[] SCHEMAS = {"public", "sales", "pg_catalog"};
  private static final String[] TABLES = {"orders", "orders_old", "customers", "items", "x"};
  private static final String[] OBJECTS = {
    "*",
    "-",
    "public.*",
    "sales.*",
    "*.orders",
    "*.orders*",
    "public.o*",
    "p*.*",
    "*_old",
    "@some",
    "@mixed",
    "public.orders",
    "sales.orders",
    "sales.items",
    "pg_catalog.x",
    "search_path"
  };
  private static final String[] RESOURCES = {"*", "shop", "shop-*", "*-eu", "@shops", "s*p"};
  private static final String[] NAMES = {"shop", "shop-eu", "shop-us", "other"};

  private final Random random;

  Shop(long seed) {
    random = new Random(seed);
  }

  private SqlVerb any(SqlVerb... values) {
    return values[random.nextInt(values.length)];
  }

  private String any(String... values) {
    return values[random.nextInt(values.length)];
  }

  Workbook workbook(int rows) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    lists.put("some", List.of("public.orders", "sales.*"));
    lists.put("mixed", List.of("*.items", "public.customers", "sales.or*"));
    lists.put("shops", List.of("shop", "*-us"));
    lists.put("team", List.of("g1", "g2"));
    lists.put("changes", List.of("UPDATE", "DELETE"));
    List<SqlRow> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(row(i));
    }
    return new Workbook(Map.of(), all, List.of(), lists, List.of());
  }

  private SqlRow row(int index) {
    return new SqlRow(
        Particulars.of(index + 2, "R-" + index, "because of " + index, "", List.of()),
        new Scope(groups(), any(RESOURCES), random.nextInt(3) == 0 ? any(ENVIRONMENTS) : "*"),
        actions(),
        any(OBJECTS),
        random.nextInt(6) == 0
            ? Condition.WITHOUT_WHERE
            : random.nextInt(8) == 0 ? Condition.OPAQUE : Condition.ALWAYS,
        ruling());
  }

  private List<String> groups() {
    return switch (random.nextInt(5)) {
      case 0 -> List.of("*");
      case 1 -> List.of("@team", "g5");
      case 2 -> List.of("g1", "g3");
      default -> List.of("g" + random.nextInt(8));
    };
  }

  private List<String> actions() {
    return switch (random.nextInt(5)) {
      case 0 -> List.of("*");
      case 1 -> List.of("@changes");
      case 2 -> List.of("SELECT", "INSERT", "DO");
      default -> List.of(any("SELECT", "UPDATE", "DELETE", "DROP", "SET"));
    };
  }

  private Ruling ruling() {
    return switch (random.nextInt(4)) {
      case 0 -> Ruling.BLOCK;
      case 1 -> new Ruling.Approve(List.of("dba"), Duration.ofMinutes(1 + random.nextInt(60)));
      default -> Ruling.ALLOW;
    };
  }

  Set<String> subjectGroups() {
    Set<String> groups = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      groups.add("g" + random.nextInt(8));
    }
    return groups;
  }

  Resource resource() {
    return new Resource(
        any(NAMES),
        Resource.Kind.POSTGRES,
        random.nextInt(5) == 0 ? Map.of() : Map.of("environment", any(ENVIRONMENTS)));
  }

  SqlStatement statement() {
    List<SqlAccess> accesses = new ArrayList<>();
    for (int i = 1 + random.nextInt(4) / 2; i > 0; i--) {
      accesses.add(
          new SqlAccess(
              random.nextInt(4) > 0 ? any(USUAL) : any(SqlVerb.values()),
              object(),
              Set.of(),
              random.nextBoolean()));
    }
    return new SqlStatement(accesses, Set.of(), random.nextInt(4) == 0);
  }

  private String object() {
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> "search_path";
      default -> any(SCHEMAS) + "." + any(TABLES);
    };
  }
}
