package dev.countersign.proxy.postgres;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Map;

/** A policy that lets everybody do everything and hides values. */
final class MaskingRules {

  static final Scope EVERYBODY = new Scope(List.of("*"), "*", "*");

  private MaskingRules() {}

  static WorkbookPolicy policy(List<MaskingRow> rows) {
    SqlRow all =
        new SqlRow(
            Particulars.of(2, "SQL-001", "everything", "", List.of("AC-3")),
            EVERYBODY,
            List.of("*"),
            "*",
            Condition.ALWAYS,
            Ruling.ALLOW);
    return new WorkbookPolicy(new Workbook(Map.of(), List.of(all), rows, Map.of(), List.of()));
  }

  /**
   * One of its rows.
   *
   * @param number in the sheet, and in its id
   */
  static MaskingRow row(
      int number, Scope scope, String object, String column, Treatment treatment) {
    return new MaskingRow(
        Particulars.of(number, "MSK-00" + number, "personal data", "", List.of("SI-19")),
        scope,
        object,
        column,
        treatment);
  }
}
