package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rows of the sheet SQL as a network. Any number of threads may ask. */
public final class RuleTable {

  private final Index index;
  private final AlphaNetwork network;

  /** Builds the network of all rows of the sheet SQL; the index of a row is its place there. */
  public RuleTable(Workbook workbook) {
    List<Row> rows = rows(workbook);
    index = new Index(rows);
    network = new AlphaNetwork(Network.build(rows, index));
  }

  static List<Row> rows(Workbook workbook) {
    List<Row> rows = new ArrayList<>();
    for (SqlRow row : workbook.sql()) {
      rows.add(Row.of(rows.size(), row, workbook));
    }
    return rows;
  }

  /** All rows that match, for each access. */
  public Matches match(Set<String> groups, Resource resource, SqlStatement statement) {
    Hits hits = new Hits();
    index.atoms(groups, resource, statement, atom -> network.match(atom, hits));
    return hits.toMatches(statement.accesses().size());
  }
}
