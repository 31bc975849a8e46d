package dev.countersign.rules.workbook;

/** Whether a row decides. */
public enum Mode {
  ENFORCE,
  /** The row never decides; decisions tell what it would have asked for. */
  OBSERVE
}
