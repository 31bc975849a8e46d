package dev.countersign.rules.analysis;

import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Validity;
import java.time.LocalDate;
import java.util.Locale;

/**
 * A row as what it matches and what it then asks for.
 *
 * @param effect what comes of it besides the verdict; rows of equal effect are as good as each
 *     other
 */
record Entry(RuleRow written, Area area, Verdict verdict, Object effect) {

  String sheet() {
    return written.sheet();
  }

  int row() {
    return written.number();
  }

  String rule() {
    return written.id();
  }

  /** Whether it counts on that day. */
  boolean counts(LocalDate day) {
    return isEnforced() && validity().covers(day);
  }

  boolean isEnforced() {
    return written.particulars().mode() == Mode.ENFORCE;
  }

  Validity validity() {
    return written.particulars().validity();
  }

  /** Whether that day is over on which it counted last. */
  boolean isOver(LocalDate today) {
    return validity().until().filter(last -> last.isBefore(today)).isPresent();
  }

  /** Whether this row counts on every day from today on, on which the other counts. */
  boolean outlasts(Entry other, LocalDate today) {
    LocalDate begin = other.validity().from().filter(today::isBefore).orElse(today);
    boolean begun = validity().from().filter(begin::isBefore).isEmpty();
    boolean lasts =
        validity()
            .until()
            .map(last -> other.validity().until().filter(end -> !end.isAfter(last)).isPresent())
            .orElse(true);
    return begun && lasts;
  }

  /** Whether a command that also matches the other is treated as if this row were not there. */
  boolean yieldsTo(Entry other) {
    return other.verdict.compareTo(verdict) > 0 || other.effect.equals(effect);
  }

  /** In a sentence: {@code SQL-011 (block)}. */
  @Override
  public String toString() {
    return rule() + " (" + verdict.name().toLowerCase(Locale.ROOT) + ")";
  }
}
