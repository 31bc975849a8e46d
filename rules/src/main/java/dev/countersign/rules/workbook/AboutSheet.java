package dev.countersign.rules.workbook;

import java.util.List;
import java.util.Map;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes the sheet that explains the others. */
final class AboutSheet {

  private static final List<List<String>> HOW_IT_WORKS =
      List.of(
          List.of(
              "One command",
              "A statement is as many accesses as it has verbs and objects: SELECT from two tables"
                  + " is two. Each access needs a row of the sheet SQL."),
          List.of(
              "Which row wins",
              "Of all rows that match, the strictest: block before approve before mask before"
                  + " allow. Where a row stands does not matter."),
          List.of("No row", "What no row matches is blocked, by the built-in rule DEFAULT."),
          List.of(
              "Masks",
              "All rows of the sheet Masking that match add up; only a row that says clear lifts"
                  + " them, for its groups and until its last day. An approval lifts none."),
          List.of(
              "Git and Kubernetes",
              "Each changed file of a push needs a row, as each access of a statement does. Rows"
                  + " that mask, hold or block match names in whatever case."),
          List.of(
              "Risk",
              "The points of all factors that are true of a command add up. A row with the factor"
                  + " total makes the verdict stricter from its points on, never milder."),
          List.of(
              "Days",
              "A row holds from its first day to its last, both included, in UTC. Outside them it"
                  + " is as if it were not there."),
          List.of(
              "Observe",
              "A row in the mode observe decides nothing. Each decision lists what it would have"
                  + " asked for: try a new row so before you enforce it."),
          List.of(
              "Empty cells",
              "An empty cell never stands for everything. Where anything is meant, write *."),
          List.of(
              "Lists",
              "A set of the sheet Lists is used by writing @ and its name: @pii-tables. The set"
                  + " environments adds names to the column Environment."),
          List.of(
              "Tests",
              "A workbook comes into force only when every example of the sheet Tests comes out as"
                  + " it says. Otherwise the one before stays in force."),
          List.of(
              "Not accepted",
              "Formulas, macros, hidden sheets, rows or columns, merged cells, links to other"
                  + " files, further sheets or columns. Every fault is named by its cell."));

  private final XSSFSheet sheet;
  private int rows;

  private AboutSheet(XSSFSheet sheet) {
    this.sheet = sheet;
  }

  static void write(XSSFWorkbook poi, Look look, Map<String, String> about) {
    AboutSheet page = new AboutSheet(poi.createSheet(Columns.ABOUT));
    page.sheet.setColumnWidth(0, 24 * 256);
    page.sheet.setColumnWidth(1, 110 * 256);
    page.add(look.header, Columns.KEY, look.header, Columns.VALUE);
    about.forEach((key, value) -> page.add(look.strong, key, look.text, value));
    page.heading(look, "How the rows decide");
    HOW_IT_WORKS.forEach(line -> page.add(look.strong, line.get(0), look.text, line.get(1)));
    for (Sheet<?> sheet : Layout.PLAIN.sheets()) {
      page.heading(look, "The sheet " + sheet.name());
      for (Column column : sheet.columns()) {
        page.add(look.strong, column.title(), look.text, column.meaning());
      }
    }
    page.heading(look, "The words of the column Action");
    page.add(look.strong, "SQL", look.code, String.join(", ", SqlSheet.VERBS));
    page.add(look.strong, "Git", look.code, String.join(", ", GitSheet.ACTIONS));
    page.add(look.strong, "Kubernetes", look.code, String.join(", ", KubernetesSheet.VERBS));
    page.sheet.createFreezePane(0, 1);
  }

  private void heading(Look look, String title) {
    rows++;
    XSSFCell cell = sheet.createRow(rows++).createCell(0);
    cell.setCellValue(title);
    cell.setCellStyle(look.title);
  }

  private void add(XSSFCellStyle left, String key, XSSFCellStyle right, String value) {
    XSSFRow row = sheet.createRow(rows++);
    XSSFCell first = row.createCell(0);
    first.setCellValue(key);
    first.setCellStyle(left);
    XSSFCell second = row.createCell(1);
    second.setCellValue(value);
    second.setCellStyle(right);
  }
}
