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

/** A policy for one door: it lets anybody come to it, and is not to be asked at any other. */
public interface DoorPolicy extends PolicyVersion {

  @Override
  default Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    throw new UnsupportedOperationException("no database");
  }

  @Override
  default Decision decide(Subject subject, Resource resource, RefUpdate update) {
    throw new UnsupportedOperationException("no repository");
  }

  @Override
  default Decision decide(Subject subject, Resource resource, KubeRequest request) {
    throw new UnsupportedOperationException("no cluster");
  }

  @Override
  default Decision access(Subject subject, Resource resource, Duration wanted) {
    throw new UnsupportedOperationException("no grants");
  }

  @Override
  default boolean standing(Subject subject, Resource resource) {
    return true;
  }

  @Override
  default MaskPlan masks(Subject subject, Resource resource) {
    return MaskPlan.NONE;
  }

  @Override
  default MaskPlan guarded(Resource resource) {
    return MaskPlan.NONE;
  }
}
