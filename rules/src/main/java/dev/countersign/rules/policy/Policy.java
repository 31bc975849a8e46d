package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicReference;

/** The policy in force: the one reference that a decision reads once and a reload replaces. */
public final class Policy {

  private final AtomicReference<PolicyVersion> current;

  public Policy(PolicyVersion initial) {
    current = new AtomicReference<>(requireNonNull(initial, "initial"));
  }

  public PolicyVersion current() {
    return current.get();
  }

  /** Puts another version in force for every decision from now on. */
  public void activate(PolicyVersion version) {
    current.set(requireNonNull(version, "version"));
  }
}
