package dev.countersign.proxy.frontdoor;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;
import java.time.Duration;

/** A policy that blocks everything; what matters of it is its name. */
record FixedPolicy(String id) implements PolicyVersion {

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    return block();
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    return block();
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    return block();
  }

  @Override
  public Decision access(Subject subject, Resource resource, Duration wanted) {
    return block();
  }

  @Override
  public boolean standing(Subject subject, Resource resource) {
    return true;
  }

  @Override
  public MaskPlan masks(Subject subject, Resource resource) {
    return MaskPlan.NONE;
  }

  @Override
  public MaskPlan guarded(Resource resource) {
    return MaskPlan.NONE;
  }

  private Decision block() {
    return Decision.Block.builtIn(id, "TEST-001", "everything", "nothing is allowed", "");
  }
}
