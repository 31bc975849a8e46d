package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

/** A session that lives as long as its table: facts in, rules fired, facts out. For one thread. */
final class Evaluator {

  private final Index index;
  private final KieSession session;
  private final Hits hits = new Hits();
  private final List<FactHandle> handles = new ArrayList<>();

  Evaluator(KieBase network, Index index) {
    this.index = index;
    this.session = network.newKieSession();
    session.setGlobal(Network.HITS, hits);
  }

  /** After an exception the session may hold facts: it must not be asked again. */
  Matches match(Set<String> groups, Resource resource, SqlStatement statement) {
    hits.clear();
    handles.clear();
    index.atoms(groups, resource, statement, atom -> handles.add(session.insert(atom)));
    session.fireAllRules();
    for (FactHandle handle : handles) {
      session.delete(handle);
    }
    return hits.toMatches(statement.accesses().size());
  }

  void dispose() {
    session.dispose();
  }
}
