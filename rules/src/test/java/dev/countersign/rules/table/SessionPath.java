package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

/** The same rules as Drools means them to be asked: facts in, rules fired, facts out. */
final class SessionPath {

  private final Index index;
  private final KieSession session;

  SessionPath(Workbook workbook) {
    List<Row> rows = RuleTable.rows(workbook);
    index = new Index(rows);
    session = Network.build(rows, index).newKieSession();
  }

  Matches match(Set<String> groups, Resource resource, SqlStatement statement) {
    Hits hits = new Hits();
    session.setGlobal(Network.HITS, hits);
    List<FactHandle> handles = new ArrayList<>();
    index.atoms(groups, resource, statement, atom -> handles.add(session.insert(atom)));
    session.fireAllRules();
    handles.forEach(session::delete);
    return hits.toMatches(statement.accesses().size());
  }
}
