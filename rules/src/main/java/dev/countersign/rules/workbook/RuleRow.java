package dev.countersign.rules.workbook;

import java.util.List;

/** A row that can take part in a decision. */
public sealed interface RuleRow
    permits SqlRow, GitRow, KubernetesRow, MaskingRow, AccessRow, RiskRow {

  /** The name of the sheet it stands on. */
  String sheet();

  Particulars particulars();

  /** Whom and where it is about. */
  Scope scope();

  default int number() {
    return particulars().number();
  }

  default String id() {
    return particulars().id();
  }

  default String reason() {
    return particulars().reason();
  }

  default String hint() {
    return particulars().hint();
  }

  default List<String> controls() {
    return particulars().controls();
  }
}
