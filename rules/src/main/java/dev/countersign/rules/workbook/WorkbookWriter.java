package dev.countersign.rules.workbook;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes rows as a workbook that people like to work in. Reading it gives the same rows. */
public final class WorkbookWriter {

  private WorkbookWriter() {}

  /** Writes the workbook to a file, replacing it. */
  public static void write(Workbook workbook, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(workbook, out);
    }
  }

  /**
   * Writes the workbook. The rows come in the order of their numbers, without gaps.
   *
   * @throws IllegalArgumentException if a row's number is not its place below the header
   */
  public static void write(Workbook workbook, OutputStream out) throws IOException {
    try (XSSFWorkbook poi = new XSSFWorkbook()) {
      Look look = new Look(poi);
      Layout layout = Layout.PLAIN;
      write(poi, look, layout.sql(), workbook.sql(), SqlRow::number);
      write(poi, look, layout.git(), workbook.git(), GitRow::number);
      write(poi, look, layout.kubernetes(), workbook.kubernetes(), KubernetesRow::number);
      write(poi, look, layout.masking(), workbook.masking(), MaskingRow::number);
      write(poi, look, layout.access(), workbook.access(), AccessRow::number);
      write(poi, look, layout.risk(), workbook.risk(), RiskRow::number);
      SheetWriter lists = new SheetWriter(poi, look, layout.lists());
      workbook
          .lists()
          .forEach(
              (name, values) ->
                  values.forEach(
                      value -> lists.add(layout.lists().write(new ListsSheet.Entry(name, value)))));
      lists.finish();
      write(poi, look, layout.tests(), workbook.tests(), TestRow::number);
      AboutSheet.write(poi, look, workbook.about());
      poi.setActiveSheet(0);
      poi.write(out);
    }
  }

  private static <R> void write(
      XSSFWorkbook poi, Look look, Sheet<R> sheet, List<R> rows, ToIntFunction<R> number) {
    SheetWriter writer = new SheetWriter(poi, look, sheet);
    for (R row : rows) {
      int at = writer.add(sheet.write(row));
      if (at != number.applyAsInt(row)) {
        throw new IllegalArgumentException(
            "row %d of %s stands in row %d".formatted(number.applyAsInt(row), sheet.name(), at));
      }
    }
    writer.finish();
  }
}
