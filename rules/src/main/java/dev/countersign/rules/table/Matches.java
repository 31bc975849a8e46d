package dev.countersign.rules.table;

/** For each access of a statement the rows of the table that match it, in the table's order. */
public final class Matches {

  private final int[][] rows;

  Matches(int[][] rows) {
    this.rows = rows;
  }

  /** How many rows match that access. */
  public int count(int access) {
    return rows[access].length;
  }

  /** The index of the n-th row that matches that access. */
  public int row(int access, int n) {
    return rows[access][n];
  }
}
