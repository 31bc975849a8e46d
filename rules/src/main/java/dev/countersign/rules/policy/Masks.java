package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The rows of the sheet Masking: which of them apply to whom, and which columns they hide. */
final class Masks {

  private static final String SHEET = "Masking";
  private static final String ANY = "*";

  /** Names come from those who ask: what is remembered of them is bounded. */
  private static final int MOST_SCOPES = 500;

  private static final int MOST_RELATIONS = 5_000;

  private record Scope(Set<String> groups, String resource, String environment) {}

  /** What applies to one scope, and what of it to each relation that was asked for. */
  private record Scoped(MaskPlan plan, Map<String, List<MaskRule>> byRelation) {}

  private final Workbook workbook;
  private final Map<Scope, Scoped> remembered = new ConcurrentHashMap<>();

  Masks(Workbook workbook) {
    this.workbook = workbook;
  }

  MaskPlan plan(Set<String> groups, Resource resource) {
    return scoped(groups, resource).plan();
  }

  /** The rules that hide a column which this access names. */
  List<MaskRule> touchedBy(SqlAccess access, Set<String> groups, Resource resource) {
    if (workbook.masking().isEmpty() || access.columns().isEmpty()) {
      return List.of();
    }
    List<MaskRule> rules = ofRelation(access.object(), scoped(groups, resource));
    if (rules.isEmpty()) {
      return rules;
    }
    return rules.stream().filter(rule -> touches(access, rule.column())).toList();
  }

  private static boolean touches(SqlAccess access, Glob column) {
    return access.touches(column.pattern()) || access.columns().stream().anyMatch(column::matches);
  }

  private static List<MaskRule> ofRelation(String relation, Scoped scoped) {
    List<MaskRule> known = scoped.byRelation().get(relation);
    if (known != null) {
      return known;
    }
    List<MaskRule> rules =
        scoped.plan().rules().stream().filter(rule -> rule.relation().matches(relation)).toList();
    if (scoped.byRelation().size() < MOST_RELATIONS) {
      scoped.byRelation().put(relation, rules);
    }
    return rules;
  }

  private Scoped scoped(Set<String> groups, Resource resource) {
    Scope scope = new Scope(groups, resource.name(), resource.environment());
    Scoped known = remembered.get(scope);
    if (known != null) {
      return known;
    }
    List<MaskRule> rules = new ArrayList<>();
    for (MaskingRow row : workbook.masking()) {
      if (appliesTo(row, scope)) {
        rules.addAll(rules(row));
      }
    }
    Scoped scoped = new Scoped(new MaskPlan(rules), new ConcurrentHashMap<>());
    if (remembered.size() < MOST_SCOPES) {
      remembered.put(scope, scoped);
    }
    return scoped;
  }

  private boolean appliesTo(MaskingRow row, Scope scope) {
    List<String> groups = workbook.expand(row.scope().groups());
    String environment = row.scope().environment();
    return (groups.contains(ANY) || !Collections.disjoint(groups, scope.groups()))
        && (environment.equals(ANY) || environment.equals(scope.environment()))
        && workbook.expand(row.scope().resource()).stream()
            .anyMatch(pattern -> new Glob(pattern).matches(scope.resource()));
  }

  private List<MaskRule> rules(MaskingRow row) {
    List<MaskRule> rules = new ArrayList<>();
    for (String object : workbook.expand(row.object())) {
      MatchedRow because =
          new MatchedRow(
              row.id(),
              SHEET,
              row.number(),
              Verdict.MASK,
              object + " " + row.column(),
              row.reason(),
              "",
              row.controls());
      rules.add(new MaskRule(new Glob(object), new Glob(row.column()), row.masker(), because));
    }
    return rules;
  }
}
