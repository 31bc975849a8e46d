package dev.countersign.rules.policy;

import java.util.ArrayList;
import java.util.List;

/** A policy that cannot come into force, and everything that is wrong with it. */
public final class PolicyRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ArrayList<String> faults;

  public PolicyRefusedException(List<String> faults) {
    super("the policy has " + faults.size() + " faults:\n" + String.join("\n", faults));
    this.faults = new ArrayList<>(faults);
  }

  /** One line for each fault. */
  public List<String> faults() {
    return List.copyOf(faults);
  }
}
