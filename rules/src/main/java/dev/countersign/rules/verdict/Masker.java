package dev.countersign.rules.verdict;

/** How a value is hidden. A masker that cannot keep a value's type valid answers NULL instead. */
public enum Masker {
  /** A fixed text. */
  REDACT,
  /** Keeps the end of the value and hides the rest. */
  PARTIAL,
  /** A keyed digest: equal values stay equal, so that joins still work. */
  HASH,
  /** NULL. */
  NULL
}
