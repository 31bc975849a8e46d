package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a workbook, validated, in the order in which they stand.
 *
 * @param about what the sheet About says under Key and Value
 * @param lists the named sets of the sheet Lists
 */
public record Workbook(
    Map<String, String> about,
    List<SqlRow> sql,
    List<GitRow> git,
    List<KubernetesRow> kubernetes,
    List<MaskingRow> masking,
    List<AccessRow> access,
    List<RiskRow> risk,
    Map<String, List<String>> lists,
    List<TestRow> tests)
    implements Reading {

  /** What a cell that refers to a named set begins with. */
  public static final String LIST_PREFIX = "@";

  /** The named set that adds to the words of the column Environment. */
  public static final String ENVIRONMENTS_LIST = "environments";

  public Workbook {
    about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
    sql = List.copyOf(sql);
    git = List.copyOf(git);
    kubernetes = List.copyOf(kubernetes);
    masking = List.copyOf(masking);
    access = List.copyOf(access);
    risk = List.copyOf(risk);
    lists =
        lists.entrySet().stream()
            .collect(
                collectingAndThen(
                    toMap(
                        Map.Entry::getKey,
                        entry -> List.copyOf(entry.getValue()),
                        (first, second) -> first,
                        LinkedHashMap::new),
                    Collections::unmodifiableMap));
    tests = List.copyOf(tests);
    if (lists.containsValue(List.<String>of())) {
      throw new IllegalArgumentException("a set has a value");
    }
  }

  /** A policy about databases alone. */
  public Workbook(
      Map<String, String> about,
      List<SqlRow> sql,
      List<MaskingRow> masking,
      Map<String, List<String>> lists,
      List<TestRow> tests) {
    this(about, sql, List.of(), List.of(), masking, List.of(), List.of(), lists, tests);
  }

  /** Every row that can take part in a decision, sheet by sheet. */
  public List<RuleRow> rules() {
    List<RuleRow> rules = new ArrayList<>(sql);
    rules.addAll(git);
    rules.addAll(kubernetes);
    rules.addAll(masking);
    rules.addAll(access);
    rules.addAll(risk);
    return rules;
  }

  /** The cells with every {@code @list} replaced by its values, without duplicates. */
  public List<String> expand(Collection<String> cells) {
    return cells.stream().flatMap(cell -> expand(cell).stream()).distinct().toList();
  }

  /** The cell alone, or the values of the {@code @list} it refers to. */
  public List<String> expand(String cell) {
    if (!cell.startsWith(LIST_PREFIX)) {
      return List.of(cell);
    }
    String name = cell.substring(LIST_PREFIX.length());
    return requireNonNull(lists.get(name), () -> "the list " + name + " does not exist");
  }
}
