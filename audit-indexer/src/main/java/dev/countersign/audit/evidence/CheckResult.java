package dev.countersign.audit.evidence;

import java.util.List;

/**
 * What came of a check.
 *
 * @param examined how many things were looked at
 * @param exceptions how many did not come out as they should
 * @param shown the first of them, in words
 */
record CheckResult(Check check, long examined, long exceptions, List<String> shown) {

  static final int MOST_SHOWN = 1_000;

  CheckResult {
    shown = List.copyOf(shown);
  }

  /** Whether it came out as it should; what was not looked at says nothing. */
  Outcome outcome() {
    if (exceptions > 0) {
      return Outcome.NOT_SATISFIED;
    }
    return examined == 0 ? Outcome.NOTHING_TO_EXAMINE : Outcome.SATISFIED;
  }

  /** How a check comes out. */
  enum Outcome {
    SATISFIED("satisfied"),
    NOT_SATISFIED("not satisfied"),
    NOTHING_TO_EXAMINE("nothing to examine in this period");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }
}
