package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.kie.api.KieBase;

/**
 * The rows of the sheet SQL as a network. Any number of threads may ask; each borrows an evaluator
 * for the microseconds it takes, so there are as many of them as threads ever asked at once. They
 * are garbage together with their table, and no thread keeps anything of it.
 */
public final class RuleTable {

  private final Index index;
  private final KieBase network;
  private final Queue<Evaluator> idle = new ConcurrentLinkedQueue<>();

  /** Builds the network of all rows of the sheet SQL; the index of a row is its place there. */
  public RuleTable(Workbook workbook) {
    List<Row> rows = new ArrayList<>();
    for (SqlRow row : workbook.sql()) {
      rows.add(Row.of(rows.size(), row, workbook));
    }
    index = new Index(rows);
    network = Network.build(rows, index);
  }

  /** All rows that match, for each access. */
  public Matches match(Set<String> groups, Resource resource, SqlStatement statement) {
    Evaluator borrowed = idle.poll();
    Evaluator evaluator = borrowed == null ? new Evaluator(network, index) : borrowed;
    boolean sound = false;
    try {
      Matches matches = evaluator.match(groups, resource, statement);
      sound = true;
      return matches;
    } finally {
      if (sound) {
        idle.offer(evaluator);
      } else {
        evaluator.dispose();
      }
    }
  }
}
