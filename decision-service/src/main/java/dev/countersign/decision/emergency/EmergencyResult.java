package dev.countersign.decision.emergency;

/** What comes of a step somebody wants to take. */
public sealed interface EmergencyResult {

  /** It is taken. */
  record Done(Emergency emergency) implements EmergencyResult {}

  /**
   * It is not theirs to take.
   *
   * @param message one line
   */
  record Forbidden(String message) implements EmergencyResult {}

  /**
   * It cannot be taken.
   *
   * @param message one line
   * @param hint what to do instead
   */
  record Refused(String message, String hint) implements EmergencyResult {}
}
