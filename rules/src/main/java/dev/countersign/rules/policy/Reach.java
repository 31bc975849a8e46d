package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Workbook;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A row's scope with its sets resolved.
 *
 * @param groups one of them suffices; empty for any subject
 * @param resources one of them suffices
 * @param environment a name, or {@code *}
 */
record Reach(Set<String> groups, List<Glob> resources, String environment) {

  private static final String ANY = "*";

  static Reach of(Scope scope, Workbook workbook) {
    List<String> groups = workbook.expand(scope.groups());
    return new Reach(
        groups.contains(ANY) ? Set.of() : Set.copyOf(groups),
        globs(workbook.expand(scope.resource())),
        scope.environment());
  }

  static List<Glob> globs(List<String> patterns) {
    return patterns.stream().map(Glob::new).toList();
  }

  boolean covers(Set<String> subjectGroups, Resource resource) {
    return (groups.isEmpty() || !Collections.disjoint(groups, subjectGroups)) && covers(resource);
  }

  /** Whether it covers anybody there. */
  boolean covers(Resource resource) {
    return (environment.equals(ANY) || environment.equals(resource.environment()))
        && resources.stream().anyMatch(glob -> glob.matches(resource.name()));
  }
}
