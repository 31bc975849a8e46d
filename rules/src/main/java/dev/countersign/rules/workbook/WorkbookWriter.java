package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.CONDITION;
import static dev.countersign.rules.workbook.Columns.CONTROLS;
import static dev.countersign.rules.workbook.Columns.EXPIRES;
import static dev.countersign.rules.workbook.Columns.HINT;

import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes rows as a workbook that people like to work in. Reading it gives the same rows. */
public final class WorkbookWriter {

  private static final String SEPARATOR = ", ";

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
      SheetWriter sql = new SheetWriter(poi, look, Columns.SQL);
      workbook.sql().forEach(row -> sql.add(row.number(), cells(row)));
      sql.finish();
      SheetWriter masking = new SheetWriter(poi, look, Columns.MASKING);
      workbook.masking().forEach(row -> masking.add(row.number(), cells(row)));
      masking.finish();
      SheetWriter lists = new SheetWriter(poi, look, Columns.LISTS);
      int number = 2;
      for (Map.Entry<String, List<String>> list : workbook.lists().entrySet()) {
        for (String value : list.getValue()) {
          lists.add(number++, Map.of(Columns.NAME, list.getKey(), Columns.VALUE, value));
        }
      }
      lists.finish();
      SheetWriter tests = new SheetWriter(poi, look, Columns.TESTS);
      workbook.tests().forEach(row -> tests.add(row.number(), cells(row)));
      tests.finish();
      AboutSheet.write(poi, look, workbook.about());
      poi.setActiveSheet(0);
      poi.write(out);
    }
  }

  private static Map<String, String> cells(SqlRow row) {
    String approvers = "";
    String expires = "";
    if (row.ruling() instanceof Ruling.Approve approve) {
      approvers = String.join(SEPARATOR, approve.approvers());
      expires = Expiry.format(approve.expires());
    }
    return Map.ofEntries(
        Map.entry(Columns.ID, row.id()),
        Map.entry(Columns.GROUPS, String.join(SEPARATOR, row.scope().groups())),
        Map.entry(Columns.RESOURCE, row.scope().resource()),
        Map.entry(Columns.ENVIRONMENT, row.scope().environment()),
        Map.entry(Columns.ACTION, String.join(SEPARATOR, row.actions())),
        Map.entry(Columns.OBJECT, row.object()),
        Map.entry(CONDITION, row.condition().cell()),
        Map.entry(Columns.VERDICT, word(row.ruling().verdict())),
        Map.entry(Columns.APPROVERS, approvers),
        Map.entry(EXPIRES, expires),
        Map.entry(Columns.REASON, row.reason()),
        Map.entry(HINT, row.hint()),
        Map.entry(CONTROLS, String.join(SEPARATOR, row.controls())));
  }

  private static Map<String, String> cells(MaskingRow row) {
    return Map.of(
        Columns.ID,
        row.id(),
        Columns.GROUPS,
        String.join(SEPARATOR, row.scope().groups()),
        Columns.RESOURCE,
        row.scope().resource(),
        Columns.ENVIRONMENT,
        row.scope().environment(),
        Columns.OBJECT,
        row.object(),
        Columns.COLUMN,
        row.column(),
        Columns.MASKER,
        row.masker().name().toLowerCase(Locale.ROOT),
        Columns.REASON,
        row.reason(),
        CONTROLS,
        String.join(SEPARATOR, row.controls()));
  }

  private static Map<String, String> cells(TestRow row) {
    return Map.of(
        Columns.ID,
        row.id(),
        Columns.GROUPS,
        String.join(SEPARATOR, row.groups()),
        Columns.RESOURCE,
        row.resource(),
        Columns.ENVIRONMENT,
        row.environment(),
        Columns.STATEMENT,
        row.sql(),
        Columns.EXPECTED_VERDICT,
        word(row.verdict()),
        Columns.EXPECTED_RULE,
        row.rule());
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }
}
