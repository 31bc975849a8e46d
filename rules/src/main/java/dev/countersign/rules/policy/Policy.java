package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;

/** The policy in force: the one reference that a decision reads once and a reload replaces. */
public final class Policy {

  private PolicyVersion version;
  private UnaryOperator<PolicyVersion> refinement = UnaryOperator.identity();
  private volatile PolicyVersion current;

  public Policy(PolicyVersion initial) {
    version = requireNonNull(initial, "initial");
    current = initial;
  }

  public PolicyVersion current() {
    return current;
  }

  /** Puts another version in force for every decision from now on. */
  public synchronized void activate(PolicyVersion other) {
    version = requireNonNull(other, "other");
    current = refinement.apply(version);
  }

  /** Has every version refined in this way from now on; replaces an earlier refinement. */
  public synchronized void refine(UnaryOperator<PolicyVersion> by) {
    refinement = requireNonNull(by, "by");
    current = refinement.apply(version);
  }
}
