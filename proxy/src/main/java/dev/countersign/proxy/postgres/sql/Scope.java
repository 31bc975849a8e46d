package dev.countersign.proxy.postgres.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names that can be used in one query: its ranges and CTEs, and those of the queries around.
 */
final class Scope {

  /** PostgreSQL's system columns: every table has them, and they are no data. */
  private static final List<String> SYSTEM_COLUMNS =
      List.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private final @Nullable Scope outer;
  private final List<Range> ranges = new ArrayList<>();
  private final Map<String, Range.Derived> ctes = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void add(Range range) {
    ranges.add(range);
  }

  void addCte(Range.Derived cte) {
    ctes.put(cte.name(), cte);
  }

  /** The ranges of this query itself. */
  List<Range> ranges() {
    return ranges;
  }

  Optional<Range.Derived> cte(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Range.Derived cte = scope.ctes.get(name);
      if (cte != null) {
        return Optional.of(cte);
      }
    }
    return Optional.empty();
  }

  /** The range of that name, innermost first. */
  Optional<Range> range(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      for (Range range : scope.ranges) {
        if (range.name().equals(name)) {
          return Optional.of(range);
        }
      }
    }
    return Optional.empty();
  }

  /** Reads an unqualified name: a column, or a whole row by the name of its range. */
  void resolve(String name, Sources sources) {
    sources.addName(name);
    boolean isFound = SYSTEM_COLUMNS.contains(name);
    for (Scope scope = this; scope != null && !isFound; scope = scope.outer) {
      isFound = scope.resolveHere(name, sources);
    }
    // Nobody has it for sure: it may still be a row, or a column of a range not wholly known.
    for (Scope scope = this; scope != null && !isFound; scope = scope.outer) {
      isFound = scope.ranges.stream().anyMatch(range -> mayBe(range, name));
    }
    if (!isFound) {
      sources.addEverything();
    }
  }

  private boolean resolveHere(String name, Sources sources) {
    boolean isExact = false;
    for (Range range : ranges) {
      if (range.has(name)) {
        range.reads(name);
        isExact = true;
      }
    }
    if (isExact) {
      return true;
    }
    for (Range range : ranges) {
      if (range.name().equals(name)) {
        range.readsAll();
      } else if (!range.isComplete()) {
        range.reads(name);
        sources.addName(range.name());
        if (range instanceof Range.Relation) {
          sources.addEverything();
        }
      }
    }
    return false;
  }

  private static boolean mayBe(Range range, String name) {
    return range.name().equals(name) || !range.isComplete();
  }

  /**
   * Reads {@code qualifier.name}.
   *
   * @return whether it may be a function call in attribute notation: {@code c.f} is {@code f(c)}
   */
  boolean resolve(String qualifier, String name, Sources sources) {
    sources.addName(name);
    Optional<Range> range = range(qualifier);
    if (range.isEmpty()) {
      sources.addEverything();
      for (Scope scope = this; scope != null; scope = scope.outer) {
        scope.ranges.forEach(Range::readsAll);
      }
      return true;
    }
    Range found = range.get();
    if (found.has(name) || SYSTEM_COLUMNS.contains(name)) {
      found.reads(name);
      return false;
    }
    sources.addName(qualifier);
    if (found.isComplete()) {
      found.readsAll();
    } else {
      found.reads(name);
    }
    if (found instanceof Range.Relation relation && !relation.isComplete()) {
      sources.addEverything();
    }
    return true;
  }

  /** Reads {@code *}: every column of this query's ranges. */
  void resolveStar(Sources sources) {
    ranges.forEach(Range::readsAll);
    ranges.forEach(range -> sources.addName(range.name()));
    sources.addEverything();
  }

  /** Reads {@code qualifier.*}: every column of one range. */
  void resolveStar(String qualifier, Sources sources) {
    sources.addName(qualifier);
    Optional<Range> range = range(qualifier);
    range.ifPresent(Range::readsAll);
    if (range.isEmpty()) {
      sources.addEverything();
      ranges.forEach(Range::readsAll);
    }
  }
}
