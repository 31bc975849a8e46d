package dev.countersign.rules.pack;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kie.api.KieBase;
import org.kie.api.definition.rule.Rule;
import org.kie.api.event.rule.BeforeMatchFiredEvent;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

/** A session that lives as long as its packs: facts in, rules fired, facts out. For one thread. */
final class PackSession {

  private static final int MOST_MATCHES = 10_000;

  private final KieSession session;
  private final Findings findings = new Findings();
  private final List<FactHandle> handles = new ArrayList<>();

  PackSession(KieBase network) {
    session = network.newKieSession();
    session.setGlobal(PackText.FINDINGS, findings);
    session.addEventListener(
        new DefaultAgendaEventListener() {
          @Override
          public void beforeMatchFired(BeforeMatchFiredEvent event) {
            Rule rule = event.getMatch().getRule();
            findings.speaks(PackCompiler.pack(rule.getPackageName()), rule.getName());
          }
        });
  }

  /**
   * Inserts the facts, fires, and takes the facts out again. After an exception the session may
   * hold facts: it must not be asked again.
   */
  Set<Finding> ask(List<? extends Record> facts) {
    findings.clear();
    handles.clear();
    facts.forEach(fact -> handles.add(session.insert(fact)));
    fire();
    if (findings.score() > 0) {
      findings.scored();
      handles.add(session.insert(new Score(findings.score())));
      fire();
    }
    handles.forEach(session::delete);
    fire();
    return new LinkedHashSet<>(findings.all());
  }

  private void fire() {
    if (session.fireAllRules(MOST_MATCHES) == MOST_MATCHES) {
      throw new IllegalStateException("the packs match more than " + MOST_MATCHES + " times");
    }
  }

  void dispose() {
    session.dispose();
  }
}
