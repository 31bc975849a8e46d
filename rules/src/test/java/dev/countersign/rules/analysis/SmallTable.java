package dev.countersign.rules.analysis;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Validity;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Tables small enough that everything that can be asked of them is asked. */
final class SmallTable {

  static final LocalDate TODAY = LocalDate.of(2026, 11, 23);

  private static final List<String> OBJECTS =
      List.of("*", "-", "a.*", "*.b", "a.b", "a.*b", "@some", "a*", "c.d");
  private static final List<String> RESOURCES = List.of("*", "*", "r", "r*", "s");
  private static final List<String> ENVIRONMENTS = List.of("*", "*", "production", "test");
  private static final List<List<String>> ACTIONS =
      List.of(List.of("*"), List.of("SELECT"), List.of("DELETE"), List.of("SELECT", "DELETE"));
  private static final List<List<String>> GROUPS =
      List.of(List.of("*"), List.of("g"), List.of("h"), List.of("g", "h"));

  private final Random random;
  private final List<SqlRow> rows = new ArrayList<>();
  private final Map<String, List<String>> lists = new LinkedHashMap<>();
  private Validity validity = Validity.ALWAYS;
  private Mode mode = Mode.ENFORCE;

  SmallTable(long seed) {
    random = new Random(seed);
    lists.put("some", List.of("a.b", "c.*"));
  }

  /** Of the next row. */
  SmallTable until(LocalDate last) {
    validity = new Validity(Optional.empty(), Optional.of(last));
    return this;
  }

  /** The next row. */
  SmallTable observed() {
    mode = Mode.OBSERVE;
    return this;
  }

  SmallTable randomRows(int count) {
    for (int i = 0; i < count; i++) {
      row(
          any(GROUPS),
          any(RESOURCES),
          any(ENVIRONMENTS),
          any(ACTIONS),
          any(OBJECTS),
          random.nextInt(3) > 0 ? Condition.ALWAYS : any(List.of(Condition.values())),
          any(List.of(Ruling.ALLOW, Ruling.BLOCK, approve("x"), approve("y"))));
    }
    return this;
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  static Ruling approve(String group) {
    return new Ruling.Approve(List.of(group), Duration.ofMinutes(5));
  }

  SmallTable row(String group, String action, String object, Ruling ruling) {
    return row(List.of(group), "*", "*", List.of(action), object, Condition.ALWAYS, ruling);
  }

  SmallTable row(
      List<String> groups,
      String resource,
      String environment,
      List<String> actions,
      String object,
      Condition condition,
      Ruling ruling) {
    int number = rows.size() + 2;
    rows.add(
        new SqlRow(
            new Particulars(number, "R-" + number, "", "reason", "", List.of(), "", validity, mode),
            new Scope(groups, resource, environment),
            actions,
            object,
            condition,
            ruling));
    validity = Validity.ALWAYS;
    mode = Mode.ENFORCE;
    return this;
  }

  SmallTable list(String name, String... values) {
    lists.put(name, List.of(values));
    return this;
  }

  Workbook workbook() {
    return new Workbook(Map.of(), rows, List.of(), lists, List.of());
  }

  /** The table's policy, today. */
  WorkbookPolicy policy() {
    return new WorkbookPolicy(
        workbook(), InstantSource.fixed(TODAY.atStartOfDay(ZoneOffset.UTC).toInstant()));
  }

  /** The table without those rows. */
  Workbook without(Collection<String> ids) {
    List<SqlRow> left = rows.stream().filter(row -> !ids.contains(row.id())).toList();
    return new Workbook(Map.of(), left, List.of(), lists, List.of());
  }
}
