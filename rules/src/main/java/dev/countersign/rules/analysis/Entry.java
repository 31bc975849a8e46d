package dev.countersign.rules.analysis;

import dev.countersign.rules.verdict.Verdict;
import java.util.Locale;

/**
 * A row as what it matches and what it then asks for.
 *
 * @param effect what comes of it besides the verdict; rows of equal effect are as good as each
 *     other
 */
record Entry(String sheet, int row, String rule, Area area, Verdict verdict, Object effect) {

  /** Whether a command that also matches the other is treated as if this row were not there. */
  boolean yieldsTo(Entry other) {
    return other.verdict.compareTo(verdict) > 0 || other.effect.equals(effect);
  }

  /** In a sentence: {@code SQL-011 (block)}. */
  @Override
  public String toString() {
    return rule + " (" + verdict.name().toLowerCase(Locale.ROOT) + ")";
  }
}
