package dev.countersign.decision.resource;

import java.util.List;

/** What was said of a resource cannot be taken. */
public final class ResourceRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<String> faults;

  /**
   * @param faults each in words; none repeats a secret
   */
  public ResourceRefusedException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  public List<String> faults() {
    return faults;
  }
}
