package dev.countersign.rules.workbook;

/** What else a statement must be for a row to match. */
public enum Condition {
  ALWAYS(""),
  /** The access has no WHERE clause that limits it. */
  WITHOUT_WHERE("without WHERE"),
  /** The statement can do things that its text does not tell. */
  OPAQUE("opaque");

  private final String cell;

  Condition(String cell) {
    this.cell = cell;
  }

  /** As it is written in the workbook. */
  public String cell() {
    return cell;
  }
}
