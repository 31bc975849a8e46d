package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.rules.verdict.Masker;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which result columns are fed by which columns of the database. */
public final class Lineage {

  /** The masker for each result column, or empty where the value may pass. */
  public List<Optional<Masker>> mask(List<ResultColumn> columns, MaskedColumns masked) {
    return columns.stream()
        .map(column -> masked.column(column.tableOid(), column.attnum()))
        .toList();
  }

  /** Masked columns whose values this statement would write somewhere else; empty if it is fine. */
  public Set<String> launders(MaskedColumns masked) {
    return Set.of();
  }

  /** Whether the statement reads, writes or filters by any masked relation. */
  public boolean touches(MaskedColumns masked) {
    return !masked.isEmpty();
  }
}
