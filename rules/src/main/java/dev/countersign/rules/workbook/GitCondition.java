package dev.countersign.rules.workbook;

/** What else a change of a ref must be for a row to match. */
public enum GitCondition {
  ALWAYS,
  /** Something in a new object looks like a secret. */
  SECRET,
  /** A new commit has no signature that was verified. */
  UNSIGNED,
  /** The changed path is a binary file. */
  BINARY,
  /** The changed path is a symbolic link or a submodule. */
  LINK
}
