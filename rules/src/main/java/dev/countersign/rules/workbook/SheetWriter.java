package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.poi.ss.usermodel.ComparisonOperator;
import org.apache.poi.ss.usermodel.ConditionalFormattingRule;
import org.apache.poi.ss.usermodel.DataValidation;
import org.apache.poi.ss.usermodel.DataValidationConstraint;
import org.apache.poi.ss.usermodel.DataValidationHelper;
import org.apache.poi.ss.usermodel.PatternFormatting;
import org.apache.poi.ss.usermodel.SheetConditionalFormatting;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellRangeAddressList;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes one sheet with a header: frozen, filtered, with drop-downs and colours by verdict. */
final class SheetWriter {

  /** How many empty rows below the last one have drop-downs too. */
  private static final int SPARE_ROWS = 500;

  /** What Excel takes as the text of a drop-down's list. */
  private static final int LONGEST_DROP_DOWN = 255;

  private static final Set<String> CODE =
      Set.of(
          Columns.ID,
          Columns.ACTION,
          Columns.OBJECT,
          Columns.COLUMN,
          Columns.STATEMENT,
          Columns.EXPECTED_RULE);

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

  SheetWriter(XSSFWorkbook poi, Look look, String name) {
    this.sheet = poi.createSheet(name);
    this.look = look;
    this.columns = requireNonNull(Columns.OF_SHEET.get(name), name);
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
  }

  void add(int number, Map<String, String> cells) {
    if (number != rows + 2) {
      throw new IllegalArgumentException("row " + number + " stands in row " + (rows + 2));
    }
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

  /** A drop-down where the column has a closed list, and a note on what to write. */
  private void addHelp(int index) {
    Column column = columns.get(index);
    List<String> choices = choices(column.title());
    if (choices.isEmpty()) {
      return;
    }
    DataValidationHelper excel = sheet.getDataValidationHelper();
    DataValidationConstraint constraint =
        excel.createExplicitListConstraint(choices.toArray(new String[0]));
    DataValidation validation =
        excel.createValidation(
            constraint, new CellRangeAddressList(1, rows + SPARE_ROWS, index, index));
    validation.setEmptyCellAllowed(true);
    validation.setSuppressDropDownArrow(true);
    // Several actions with commas, or another time, are right too: there the list only proposes.
    validation.setShowErrorBox(
        !column.title().equals(Columns.ACTION) && !column.title().equals(Columns.EXPIRES));
    validation.createErrorBox("Not a value of this column", "Choose one of the list.");
    String note = column.meaning();
    validation.createPromptBox(
        column.title(), note.length() <= LONGEST_DROP_DOWN ? note : note.substring(0, 254) + "…");
    validation.setShowPromptBox(true);
    sheet.addValidationData(validation);
  }

  private static List<String> choices(String title) {
    return switch (title) {
      case Columns.ACTION -> Vocabulary.VERBS;
      case Columns.CONDITION -> Vocabulary.CONDITIONS;
      case Columns.VERDICT -> Vocabulary.VERDICTS;
      case Columns.EXPECTED_VERDICT -> Vocabulary.EXPECTED_VERDICTS;
      case Columns.MASKER -> Vocabulary.MASKERS;
      case Columns.EXPIRES -> List.of("5 minutes", "15 minutes", "1 hour", "4 hours", "24 hours");
      default -> List.of();
    };
  }

  private void addColours(int index) {
    SheetConditionalFormatting excel = sheet.getSheetConditionalFormatting();
    CellRangeAddress[] range = {new CellRangeAddress(1, rows + SPARE_ROWS, index, index)};
    List<ConditionalFormattingRule> rules = new ArrayList<>();
    for (String verdict : Vocabulary.EXPECTED_VERDICTS) {
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
