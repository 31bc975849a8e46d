package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.rules.verdict.Masker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which result columns are fed by which columns of the database.
 *
 * <p>A result column that RowDescription traces to a column of a relation is exactly that. Every
 * other one is followed through the syntax tree by name, wherever in the statement the name occurs:
 * what could come from a masked column is hidden whole.
 */
public final class Lineage {

  /** How much of the syntax tree the results can be told from. */
  enum Results {
    /** One result column for each output. */
    OUTPUTS,
    /** No table data but what the server makes of it beforehand: a plan, a parameter's value. */
    HARMLESS,
    /** Anything: what is run is not in the text. */
    UNKNOWN
  }

  final Results results;
  final Outputs outputs;
  final Flows flows;

  private Lineage(Results results, Outputs outputs, Flows flows) {
    this.results = results;
    this.outputs = outputs;
    this.flows = flows;
  }

  static Lineage of(Outputs outputs, Flows flows) {
    return new Lineage(Results.OUTPUTS, outputs, flows);
  }

  /** Of a statement whose results hold no table data. */
  static Lineage harmless(Flows flows) {
    return new Lineage(Results.HARMLESS, Outputs.NONE, flows);
  }

  /** Of a statement whose results may hold anything. */
  static Lineage unknown(Flows flows) {
    return new Lineage(Results.UNKNOWN, Outputs.NONE, flows);
  }

  /** Of a statement that prepares, declares or explains this one. */
  Lineage withHarmlessResults() {
    return harmless(flows);
  }

  Lineage withUnknownResults() {
    return unknown(flows);
  }

  /**
   * The masker for each result column, or empty where the value may pass.
   *
   * @param columns as RowDescription gives them
   */
  public List<Optional<Masker>> mask(List<ResultColumn> columns, MaskedColumns masked) {
    if (masked.isEmpty() || (results == Results.HARMLESS && !runsCode(masked))) {
      return columns.stream().map(column -> Optional.<Masker>empty()).toList();
    }
    // Rows that the text does not ask for are those of rules.
    boolean isAsked = results == Results.OUTPUTS && !outputs.equals(Outputs.NONE);
    Taint taint = Taint.of(flows, masked);
    boolean byPosition = !outputs.hasStar() && outputs.columns().size() == columns.size();
    List<Optional<Masker>> maskers = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      ResultColumn column = columns.get(i);
      if (column.tableOid() != 0) {
        maskers.add(masked.column(column.tableOid(), column.attnum()));
      } else {
        boolean isTainted =
            byPosition
                ? taint.reaches(outputs.columns().get(i).sources())
                : !isAsked || taint.isAnywhere() || taint.reaches(outputs.union());
        maskers.add(isTainted ? Optional.of(Masker.REDACT) : Optional.empty());
      }
    }
    return maskers;
  }

  /**
   * Masked columns whose values this statement would write where no mask hides them, or which it
   * would take out of their masks' reach; empty if it does neither.
   */
  public Set<String> launders(MaskedColumns masked) {
    Set<String> laundered = new TreeSet<>();
    if (masked.isEmpty()) {
      return laundered;
    }
    Taint taint = Taint.of(flows, masked);
    for (Flows.Write write : flows.writes()) {
      // Where a part shows, another part of a value could be put in its place.
      if (taint.reaches(write.sources())
          && !masked.hidesForGood(write.relation(), write.column())) {
        laundered.addAll(named(write.sources(), masked));
      }
    }
    for (String stripped : flows.strips()) {
      masked.relationsIn(stripped).forEach(relation -> laundered.addAll(allOf(relation, masked)));
    }
    for (String freed : flows.frees()) {
      masked.carriedTo(freed).forEach(column -> laundered.add(freed + "." + column));
    }
    return laundered;
  }

  /**
   * Sealed columns by whose values this statement filters, joins, sorts, groups or computes, or
   * that it writes where they are not sealed; empty if they stand nowhere but bare in result lists.
   *
   * @param sealed what is sealed, see {@link MaskedColumns#sealed}
   */
  public Set<String> dependsOn(MaskedColumns sealed) {
    Set<String> columns = new TreeSet<>();
    if (sealed.isEmpty()) {
      return columns;
    }
    columns.addAll(flows.compared());
    Taint taint = Taint.of(flows, sealed);
    if (taint.isAnywhere()) {
      for (Sources condition : flows.conditions()) {
        if (taint.reaches(condition)) {
          columns.addAll(named(condition, sealed));
        }
      }
    }
    // In a column that is only masked, one could filter by it.
    columns.addAll(launders(sealed));
    for (Flows.Write write : flows.writes()) {
      if (taint.reaches(write.sources()) && !stays(write, sealed)) {
        columns.addAll(named(write.sources(), sealed));
      }
    }
    return columns;
  }

  /** Whether a value is written to the column it is of: any other may have checks of its own. */
  private boolean stays(Flows.Write write, MaskedColumns sealed) {
    return write.sources().names().equals(Set.of(write.column()))
        && flows.relations().keySet().stream()
            .filter(sealed::touches)
            .allMatch(write.relation()::equals);
  }

  /** The masked columns that sources may mean; all that the statement touches if none is named. */
  private Set<String> named(Sources sources, MaskedColumns masked) {
    Set<String> all = new TreeSet<>();
    Set<String> named = new TreeSet<>();
    for (String relation : flows.relations().keySet()) {
      if (!masked.touches(relation)) {
        continue;
      }
      all.addAll(allOf(relation, masked));
      for (String column : masked.columnsOf(relation)) {
        if (sources.names().contains(column)) {
          named.add(relation + "." + column);
        }
      }
    }
    if (all.isEmpty()) {
      all.add("the result of a function");
    }
    return named.isEmpty() ? all : named;
  }

  private static Set<String> allOf(String relation, MaskedColumns masked) {
    Set<String> columns = new HashSet<>();
    masked.columnsOf(relation).forEach(column -> columns.add(relation + "." + column));
    return columns.isEmpty() ? Set.of(relation) : columns;
  }

  /** The masked columns of all relations that the statement names. */
  public Set<String> columnsIn(MaskedColumns masked) {
    return named(new Sources(), masked);
  }

  /** The relations that the statement names and the catalog does not know. */
  public Set<String> unknownTo(Catalog catalog) {
    Set<String> unknown = new HashSet<>();
    for (String relation : flows.relations().keySet()) {
      if (!catalog.knows(relation)) {
        unknown.add(relation);
      }
    }
    return unknown;
  }

  /** Bare names that this statement gives to a relation that hides others of the name. */
  public Set<String> taken() {
    if (flows.covered().isEmpty()) {
      return flows.taken();
    }
    Set<String> taken = new HashSet<>(flows.taken());
    taken.addAll(flows.covered());
    return taken;
  }

  /** Names of masked relations that this statement gives to a relation that hides them. */
  public Set<String> shadows(MaskedColumns masked) {
    Set<String> shadowed = new TreeSet<>(flows.taken());
    shadowed.removeIf(name -> !masked.hasNamesake(name));
    return shadowed;
  }

  /** Whether the statement reads, writes or filters by any masked relation. */
  public boolean touches(MaskedColumns masked) {
    return !masked.isEmpty()
        && (results == Results.UNKNOWN
            || flows.relations().keySet().stream().anyMatch(masked::touches)
            || runsMore(masked));
  }

  /** A plan has in it what the server has computed beforehand, by whatever code. */
  private boolean runsCode(MaskedColumns masked) {
    return flows.relations().keySet().stream().anyMatch(masked::runsCode);
  }

  private boolean runsMore(MaskedColumns masked) {
    return flows.relations().keySet().stream().anyMatch(masked::runsMore);
  }
}
