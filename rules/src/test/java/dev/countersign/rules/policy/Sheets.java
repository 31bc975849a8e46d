package dev.countersign.rules.policy;

import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small workbook, row by row. */
final class Sheets {

  private final List<SqlRow> sql = new ArrayList<>();
  private final List<MaskingRow> masking = new ArrayList<>();
  private final List<TestRow> tests = new ArrayList<>();
  private final Map<String, List<String>> lists = new LinkedHashMap<>();

  Sheets allow(String group, String action, String object) {
    return sql(group, "*", action, object, Condition.ALWAYS, Ruling.ALLOW);
  }

  Sheets block(String group, String action, String object) {
    return sql(group, "*", action, object, Condition.ALWAYS, Ruling.BLOCK);
  }

  Sheets approve(String action, String object, Duration expires, String... approvers) {
    Ruling ruling = new Ruling.Approve(List.of(approvers), expires);
    return sql("*", "*", action, object, Condition.ALWAYS, ruling);
  }

  Sheets sql(
      String group,
      String environment,
      String action,
      String object,
      Condition condition,
      Ruling ruling) {
    int place = sql.size() + 1;
    sql.add(
        new SqlRow(
            Particulars.of(
                place + 1,
                "SQL-%03d".formatted(place),
                "reason " + place,
                "hint " + place,
                List.of("AC-3")),
            new Scope(List.of(group), "orders", environment),
            List.of(action),
            object,
            condition,
            ruling));
    return this;
  }

  Sheets mask(String group, String object, String column, Masker masker) {
    int place = masking.size() + 1;
    masking.add(
        new MaskingRow(
            Particulars.of(
                place + 1,
                "MASK-%03d".formatted(place),
                "mask reason " + place,
                "",
                List.of("SI-19")),
            new Scope(List.of(group), "orders", "*"),
            object,
            column,
            new Treatment.Hide(masker, false)));
    return this;
  }

  Sheets list(String name, String... values) {
    lists.put(name, List.of(values));
    return this;
  }

  Sheets test(String group, String sqlText, Verdict verdict, String rule) {
    int place = tests.size() + 1;
    tests.add(
        new TestRow(
            place + 1,
            "TEST-%02d".formatted(place),
            List.of(group),
            "orders",
            "production",
            sqlText,
            verdict,
            rule));
    return this;
  }

  Workbook workbook() {
    return workbook(Map.of());
  }

  Workbook workbook(Map<String, String> about) {
    return new Workbook(about, sql, masking, lists, tests);
  }

  WorkbookPolicy policy() {
    return new WorkbookPolicy(workbook());
  }
}
