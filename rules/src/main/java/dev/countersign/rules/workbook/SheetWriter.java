package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.poi.ss.usermodel.ClientAnchor;
import org.apache.poi.ss.usermodel.ComparisonOperator;
import org.apache.poi.ss.usermodel.ConditionalFormattingRule;
import org.apache.poi.ss.usermodel.CreationHelper;
import org.apache.poi.ss.usermodel.DataValidation;
import org.apache.poi.ss.usermodel.DataValidationConstraint;
import org.apache.poi.ss.usermodel.DataValidationHelper;
import org.apache.poi.ss.usermodel.PatternFormatting;
import org.apache.poi.ss.usermodel.SheetConditionalFormatting;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellRangeAddressList;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.apache.poi.xssf.usermodel.XSSFDrawing;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes one sheet with a header: frozen, filtered, with drop-downs and colours by verdict. */
final class SheetWriter {

  /** How many empty rows below the last one have drop-downs too. */
  private static final int SPARE_ROWS = 500;

  /** What Excel takes as the text of a drop-down's list. */
  private static final int LONGEST_DROP_DOWN = 255;

  /** Columns of which every letter counts. */
  private static final Set<String> CODE =
      Set.of(
          "Id",
          "Action",
          "Object",
          "Column",
          "Ref",
          "Path",
          "Namespace",
          "Command",
          "Expected rule");

  private static final List<String> VERDICTS = Vocabulary.words(List.of(Verdict.values()));

  private static final Map<String, byte[]> COLOURS =
      Map.of(
          "allow", new byte[] {(byte) 0xD7, (byte) 0xF0, (byte) 0xDD},
          "mask", new byte[] {(byte) 0xDD, (byte) 0xE8, (byte) 0xFB},
          "approve", new byte[] {(byte) 0xFF, (byte) 0xF0, (byte) 0xC4},
          "block", new byte[] {(byte) 0xFA, (byte) 0xD7, (byte) 0xD5});

  private final XSSFSheet sheet;
  private final Look look;
  private final List<Column> columns;
  private int rows;

  SheetWriter(XSSFWorkbook poi, Look look, Sheet<?> layout) {
    this.sheet = poi.createSheet(layout.name());
    this.look = look;
    this.columns = layout.columns();
    XSSFRow header = sheet.createRow(0);
    header.setHeightInPoints(24);
    for (int i = 0; i < columns.size(); i++) {
      XSSFCell cell = header.createCell(i);
      cell.setCellValue(columns.get(i).title());
      cell.setCellStyle(look.header);
      sheet.setColumnWidth(i, columns.get(i).width() * 256);
      // The style of cells that are still empty.
      sheet.setDefaultColumnStyle(i, look.text);
    }
    explain(header);
  }

  /** The meaning of each column, as a comment on its title. */
  private void explain(XSSFRow header) {
    CreationHelper excel = sheet.getWorkbook().getCreationHelper();
    XSSFDrawing drawing = sheet.createDrawingPatriarch();
    for (int i = 0; i < columns.size(); i++) {
      ClientAnchor anchor = excel.createClientAnchor();
      anchor.setRow1(1);
      anchor.setRow2(7);
      anchor.setCol1(i + 1);
      anchor.setCol2(i + 4);
      XSSFComment comment = drawing.createCellComment(anchor);
      comment.setString(excel.createRichTextString(columns.get(i).meaning()));
      header.getCell(i).setCellComment(comment);
    }
  }

  /** The number of the row that was added, as Excel counts. */
  int add(Map<String, String> cells) {
    XSSFRow row = sheet.createRow(++rows);
    for (int i = 0; i < columns.size(); i++) {
      String title = columns.get(i).title();
      XSSFCell cell = row.createCell(i);
      cell.setCellStyle(CODE.contains(title) ? look.code : look.text);
      String text = cells.getOrDefault(title, "");
      if (!text.isEmpty()) {
        cell.setCellValue(text);
      }
    }
    return rows + 1;
  }

  void finish() {
    sheet.createFreezePane(1, 1);
    sheet.setAutoFilter(new CellRangeAddress(0, Math.max(rows, 1), 0, columns.size() - 1));
    sheet.setZoom(100);
    sheet.getPrintSetup().setLandscape(true);
    sheet.setFitToPage(true);
    sheet.getPrintSetup().setFitHeight((short) 0);
    sheet.setRepeatingRows(new CellRangeAddress(0, 0, -1, -1));
    for (int i = 0; i < columns.size(); i++) {
      addHelp(i);
      if (columns.get(i).title().toLowerCase(Locale.ROOT).endsWith("verdict")) {
        addColours(i);
      }
    }
  }

  /** A drop-down where the column has a list, and a note on what to write. */
  private void addHelp(int index) {
    Column column = columns.get(index);
    if (column.choices().isEmpty()) {
      return;
    }
    DataValidationHelper excel = sheet.getDataValidationHelper();
    DataValidationConstraint constraint =
        excel.createExplicitListConstraint(column.choices().toArray(new String[0]));
    DataValidation validation =
        excel.createValidation(
            constraint, new CellRangeAddressList(1, rows + SPARE_ROWS, index, index));
    validation.setEmptyCellAllowed(true);
    validation.setSuppressDropDownArrow(true);
    validation.setShowErrorBox(column.closed());
    validation.createErrorBox("Not a value of this column", "Choose one of the list.");
    String note = column.meaning();
    validation.createPromptBox(
        column.title(), note.length() <= LONGEST_DROP_DOWN ? note : note.substring(0, 254) + "…");
    validation.setShowPromptBox(true);
    sheet.addValidationData(validation);
  }

  private void addColours(int index) {
    SheetConditionalFormatting excel = sheet.getSheetConditionalFormatting();
    CellRangeAddress[] range = {new CellRangeAddress(1, rows + SPARE_ROWS, index, index)};
    List<ConditionalFormattingRule> rules = new ArrayList<>();
    for (String verdict : VERDICTS) {
      ConditionalFormattingRule rule =
          excel.createConditionalFormattingRule(ComparisonOperator.EQUAL, "\"" + verdict + "\"");
      PatternFormatting fill = rule.createPatternFormatting();
      fill.setFillBackgroundColor(Look.colour(requireNonNull(COLOURS.get(verdict))));
      fill.setFillPattern(PatternFormatting.SOLID_FOREGROUND);
      rules.add(rule);
    }
    for (ConditionalFormattingRule rule : rules) {
      excel.addConditionalFormatting(range, rule);
    }
  }
}
