package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names of one statement behind which a masked value may stand. */
final class Taint {

  private final Set<String> names;

  /** Whether the statement names any masked relation at all. */
  private final boolean isAnywhere;

  /** Whether any name may be tainted: a masked relation's columns are not known. */
  private final boolean isEverywhere;

  private Taint(Set<String> names, boolean isAnywhere, boolean isEverywhere) {
    this.names = names;
    this.isAnywhere = isAnywhere;
    this.isEverywhere = isEverywhere;
  }

  static Taint of(Flows flows, MaskedColumns masked) {
    Set<String> names = new HashSet<>();
    boolean isAnywhere = false;
    boolean isEverywhere = false;
    for (Map.Entry<String, Set<String>> relation : flows.relations().entrySet()) {
      if (masked.touches(relation.getKey())) {
        isAnywhere = true;
        isEverywhere |= !masked.knows(relation.getKey());
        names.addAll(masked.columnsOf(relation.getKey()));
        names.addAll(relation.getValue());
      }
    }
    Taint taint = new Taint(names, isAnywhere, isEverywhere);
    while (taint.spreads(flows)) {
      // Until nothing new is reached: an edge may lead to one before it.
    }
    return taint;
  }

  private boolean spreads(Flows flows) {
    boolean isNew = false;
    for (Flows.Edge edge : flows.edges()) {
      if (!names.contains(edge.name()) && reaches(edge.sources())) {
        isNew |= names.add(edge.name());
      }
    }
    return isNew;
  }

  boolean isAnywhere() {
    return isAnywhere;
  }

  /** Whether a value made of these may be a masked one. */
  boolean reaches(Sources sources) {
    if (sources.isUnknown()) {
      return true;
    }
    boolean isAnyName = isEverywhere || names.contains(Flows.ANY_NAME);
    return (sources.isEverything() && (isAnywhere || isAnyName))
        || (isAnyName && !sources.names().isEmpty())
        || sources.names().stream().anyMatch(names::contains);
  }
}
