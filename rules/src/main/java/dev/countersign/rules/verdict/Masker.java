package dev.countersign.rules.verdict;

import java.util.Comparator;

/** How a value is hidden. A masker that cannot keep a value's type valid answers NULL instead. */
public enum Masker {
  /** A fixed text. */
  REDACT,
  /** Keeps the end of the value and hides the rest. */
  PARTIAL,
  /** Another value of the same form: a digit for a digit, equal ones for equal ones. */
  FORMAT,
  /** A keyed digest: equal values stay equal, so that joins still work. */
  HASH,
  /** NULL. */
  NULL;

  /** What keeps least of a value comes last. */
  public static final Comparator<Masker> BY_STRICTNESS =
      Comparator.comparingInt(Masker::strictness);

  private static int strictness(Masker masker) {
    return switch (masker) {
      case PARTIAL -> 0;
      case FORMAT -> 1;
      case HASH -> 2;
      case REDACT -> 3;
      case NULL -> 4;
    };
  }
}
