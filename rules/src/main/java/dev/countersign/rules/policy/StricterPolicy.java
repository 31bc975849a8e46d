package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;
import java.time.Duration;

/** A policy that judges commands more strictly than another one, and is that one otherwise. */
public interface StricterPolicy extends PolicyVersion {

  /** The other one. */
  PolicyVersion policy();

  @Override
  default String id() {
    return policy().id();
  }

  @Override
  default Decision access(Subject subject, Resource resource, Duration wanted) {
    return policy().access(subject, resource, wanted);
  }

  @Override
  default boolean standing(Subject subject, Resource resource) {
    return policy().standing(subject, resource);
  }

  @Override
  default MaskPlan masks(Subject subject, Resource resource) {
    return policy().masks(subject, resource);
  }

  @Override
  default MaskPlan guarded(Resource resource) {
    return policy().guarded(resource);
  }
}
