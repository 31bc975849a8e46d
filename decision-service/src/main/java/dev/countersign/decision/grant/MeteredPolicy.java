package dev.countersign.decision.grant;

import dev.countersign.decision.quota.Meter;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.StricterPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.Optional;

/** A policy as it is for somebody who may do only so much: what is beyond that is blocked. */
record MeteredPolicy(PolicyVersion policy, Meter meter) implements StricterPolicy {

  private static final String RULE = "LIMIT";

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    return counted(policy.decide(subject, resource, statement));
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    return counted(policy.decide(subject, resource, update));
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    return counted(policy.decide(subject, resource, request));
  }

  /** What is blocked counts too: whoever tries on and on is slowed down like anybody. */
  private Decision counted(Decision decision) {
    Optional<String> over = meter.command();
    if (over.isEmpty()) {
      return decision;
    }
    MatchedRow row =
        MatchedRow.builtIn(
            RULE, "", over.get(), "Wait a while, ask for less at once, or ask an operator.");
    return new Decision.Block(decision.why().ledBy(row));
  }
}
