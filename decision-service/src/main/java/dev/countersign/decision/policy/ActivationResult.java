package dev.countersign.decision.policy;

/** What came of the wish to put a version in force. */
public sealed interface ActivationResult {

  record Activated(Activation activation) implements ActivationResult {}

  /** No such version was ever submitted. */
  record Unknown() implements ActivationResult {}

  /** It stays as it is. */
  record Refused(Why why, String message) implements ActivationResult {}

  /** Why nothing was put in force. */
  enum Why {
    /** Who asks is not a human officer. */
    NOT_OFFICER,
    /** Who submitted a version may not activate it. */
    SAME_PERSON,
    /** It is in force already. */
    IN_FORCE,
    /** Another version is in force than the caller believes. */
    CHANGED_MEANWHILE,
    /** The stored workbook no longer gives this version: it was changed, or its tests fail now. */
    UNSOUND
  }
}
