package dev.countersign.decision.grant;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.StricterPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Optional;

/** A policy as it is inside a grant: what the grant is not for is blocked. */
record ScopedPolicy(PolicyVersion policy, Access.Open access) implements StricterPolicy {

  private static final String RULE = "GRANT";

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    return within(
        policy.decide(subject, resource, statement),
        new CommandFacts.Sql(statement.accesses(), statement.opaque()),
        statement.accesses().getFirst().toString());
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    return within(
        policy.decide(subject, resource, update),
        new CommandFacts.Git(List.of(update)),
        update.toString());
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    return within(
        policy.decide(subject, resource, request),
        new CommandFacts.Kubernetes(request),
        request.toString());
  }

  private Decision within(Decision decision, CommandFacts facts, String part) {
    Optional<String> objection = access.scope().objection(facts);
    if (objection.isEmpty()) {
      return decision;
    }
    MatchedRow row =
        MatchedRow.builtIn(
            RULE,
            part,
            objection.get(),
            "Ask for a grant that covers it: countersign request <resource> --reason …");
    return new Decision.Block(decision.why().ledBy(row));
  }
}
