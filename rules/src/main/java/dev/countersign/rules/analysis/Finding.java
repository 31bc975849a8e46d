package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Something in a sound workbook that its owner should know.
 *
 * @param sheet the name of the sheet
 * @param row as Excel counts; 0 where it is about no row
 * @param column the title of the column; may be empty
 * @param rule the id of the row, or the name of the list; may be empty
 * @param words what it is and what to do about it
 * @param witnesses examples, each of them put to the policy
 */
public record Finding(
    Kind kind,
    String sheet,
    int row,
    String column,
    String rule,
    String words,
    List<Witness> witnesses) {

  /** What can be found. */
  public enum Kind {
    /** The row never decides: a stricter one always matches too. */
    SHADOWED(Severity.WARNING),
    /** Two rows of the same conditions and different verdicts. */
    CONTRADICTION(Severity.WARNING),
    /** Nobody could answer what the row asks. */
    NO_APPROVER(Severity.WARNING),
    /** A registered resource of which no row speaks. */
    UNMENTIONED_RESOURCE(Severity.WARNING),
    /** No row lets anybody have access to anything. */
    NO_ACCESS(Severity.WARNING),
    /** The row is no longer valid. */
    EXPIRED(Severity.WARNING),
    /** Those who ask are those who answer. */
    SAME_APPROVERS(Severity.NOTE),
    /** The row can go without any verdict changing. */
    REDUNDANT(Severity.NOTE),
    /** Rows of different verdicts meet, and neither is an exception to the other. */
    CONFLICT(Severity.NOTE),
    /** Actions of which no row speaks: they are blocked. */
    GAP(Severity.NOTE),
    /** No command matched the row for some time. */
    NEVER_HIT(Severity.NOTE),
    /** A set of the sheet Lists that no cell refers to. */
    UNUSED_LIST(Severity.NOTE);

    private final Severity severity;

    Kind(Severity severity) {
      this.severity = severity;
    }

    public Severity severity() {
      return severity;
    }
  }

  /** How much it matters. */
  public enum Severity {
    WARNING,
    NOTE
  }

  public Finding {
    requireNonNull(kind, "kind");
    requireNonNull(sheet, "sheet");
    requireNonNull(column, "column");
    requireNonNull(rule, "rule");
    requireNonNull(words, "words");
    witnesses = List.copyOf(witnesses);
  }

  public Severity severity() {
    return kind.severity();
  }

  /** Where, for people: {@code SQL row 12, Object}. */
  public String where() {
    return sheet + (row > 0 ? " row " + row : "") + (column.isEmpty() ? "" : ", " + column);
  }
}
