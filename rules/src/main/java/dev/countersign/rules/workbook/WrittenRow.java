package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row as it is written.
 *
 * @param sheet the name of the sheet
 * @param number as Excel counts; 0 where several rows belong together
 * @param id of the row, or the name of the list, or the key
 * @param cells the texts that are not empty, by the title of their column, in the columns' order
 */
public record WrittenRow(String sheet, int number, String id, Map<String, String> cells) {

  public WrittenRow {
    requireNonNull(sheet, "sheet");
    requireNonNull(id, "id");
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
  }

  /** All rows of all sheets. A list is one row, and so is a key of the sheet About. */
  public static List<WrittenRow> of(Workbook workbook) {
    Layout layout = Layout.PLAIN;
    List<WrittenRow> rows = new ArrayList<>();
    for (RuleRow row : workbook.rules()) {
      rows.add(
          switch (row) {
            case SqlRow sql -> of(layout.sql(), sql, sql.number(), sql.id());
            case GitRow git -> of(layout.git(), git, git.number(), git.id());
            case KubernetesRow kubernetes ->
                of(layout.kubernetes(), kubernetes, kubernetes.number(), kubernetes.id());
            case MaskingRow masking ->
                of(layout.masking(), masking, masking.number(), masking.id());
            case AccessRow access -> of(layout.access(), access, access.number(), access.id());
            case RiskRow risk -> of(layout.risk(), risk, risk.number(), risk.id());
          });
    }
    workbook.tests().forEach(row -> rows.add(of(layout.tests(), row, row.number(), row.id())));
    workbook
        .lists()
        .forEach(
            (name, values) ->
                rows.add(
                    new WrittenRow(
                        Columns.LISTS, 0, name, Map.of(Columns.VALUE, String.join(", ", values)))));
    workbook
        .about()
        .forEach(
            (key, value) ->
                rows.add(new WrittenRow(Columns.ABOUT, 0, key, Map.of(Columns.VALUE, value))));
    return rows;
  }

  private static <R> WrittenRow of(Sheet<R> sheet, R row, int number, String id) {
    Map<String, String> texts = sheet.write(row);
    Map<String, String> cells = new LinkedHashMap<>();
    for (Column column : sheet.columns()) {
      String text = texts.getOrDefault(column.title(), "");
      if (!text.isEmpty()) {
        cells.put(column.title(), text);
      }
    }
    return new WrittenRow(sheet.name(), number, id, cells);
  }
}
