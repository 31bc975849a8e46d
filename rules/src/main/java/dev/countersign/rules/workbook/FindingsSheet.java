package dev.countersign.rules.workbook;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Writes the sheet with all remarks, in front of the others. */
final class FindingsSheet {

  private record Title(String text, int width) {}

  private static final List<Title> TITLES =
      List.of(
          new Title("Level", 11),
          new Title("Finding", 22),
          new Title("Where", 14),
          new Title("Id", 12),
          new Title("What it means", 64),
          new Title("For example", 60));

  private static final Map<Remark.Level, byte[]> COLOURS =
      new EnumMap<>(
          Map.of(
              Remark.Level.FAULT, new byte[] {(byte) 0xFA, (byte) 0xD7, (byte) 0xD5},
              Remark.Level.WARNING, new byte[] {(byte) 0xFF, (byte) 0xF0, (byte) 0xC4},
              Remark.Level.NOTE, new byte[] {(byte) 0xDD, (byte) 0xE8, (byte) 0xFB}));

  private static final float LINE_POINTS = 15;
  private static final float MARGIN_POINTS = 4;

  private final XSSFWorkbook poi;
  private final XSSFSheet sheet;
  private final Look look;
  private final Map<Remark.Level, XSSFCellStyle> levels = new EnumMap<>(Remark.Level.class);
  private int rows;

  FindingsSheet(XSSFWorkbook poi) {
    this.poi = poi;
    sheet = poi.createSheet(Columns.FINDINGS);
    look = new Look(poi);
    COLOURS.forEach(
        (level, rgb) -> {
          XSSFCellStyle style = poi.createCellStyle();
          style.cloneStyleFrom(look.strong);
          style.setFillForegroundColor(Look.colour(rgb));
          style.setFillPattern(FillPatternType.SOLID_FOREGROUND);
          levels.put(level, style);
        });
    XSSFRow header = sheet.createRow(0);
    header.setHeightInPoints(24);
    for (int i = 0; i < TITLES.size(); i++) {
      cell(header, i, TITLES.get(i).text(), look.header);
      sheet.setColumnWidth(i, TITLES.get(i).width() * 256);
    }
  }

  /**
   * Adds a line.
   *
   * @param address of its cell, where there is one
   */
  void add(Remark remark, Optional<String> address) {
    XSSFRow row = sheet.createRow(++rows);
    XSSFCellStyle level = levels.getOrDefault(remark.level(), look.strong);
    cell(row, 0, remark.level().name().toLowerCase(Locale.ROOT), level);
    cell(row, 1, remark.what(), look.text);
    String where = remark.row() > 0 ? remark.sheet() + " row " + remark.row() : remark.sheet();
    XSSFCell place = cell(row, 2, address.orElse(where), look.text);
    address.ifPresent(to -> AnnotatedCopy.link(poi, place, to));
    cell(row, 3, remark.id(), look.code);
    cell(row, 4, remark.words(), look.text);
    cell(row, 5, remark.example(), look.text);
    // Not every program fits the height of a row to wrapped text by itself.
    int lines =
        Math.max(
            lines(remark.what(), 1),
            Math.max(lines(remark.words(), 4), lines(remark.example(), 5)));
    row.setHeightInPoints(lines * LINE_POINTS + MARGIN_POINTS);
  }

  /** How many lines a text takes in its column, rather too many than too few. */
  private static int lines(String text, int column) {
    int width = TITLES.get(column).width() * 9 / 10;
    return text.lines().mapToInt(line -> line.length() / width + 1).sum();
  }

  private static XSSFCell cell(XSSFRow row, int column, String text, XSSFCellStyle style) {
    XSSFCell cell = row.createCell(column);
    cell.setCellStyle(style);
    if (!text.isEmpty()) {
      cell.setCellValue(text);
    }
    return cell;
  }

  /** Freezes the header, makes it filter, fits the width of a page, and shows the sheet first. */
  void finish() {
    if (rows == 0) {
      cell(sheet.createRow(1), 4, "Nothing was found.", look.text);
    }
    sheet.createFreezePane(0, 1);
    sheet.setAutoFilter(new CellRangeAddress(0, Math.max(1, rows), 0, TITLES.size() - 1));
    sheet.setFitToPage(true);
    sheet.getPrintSetup().setLandscape(true);
    sheet.getPrintSetup().setFitHeight((short) 0);
    sheet.setRepeatingRows(new CellRangeAddress(0, 0, 0, TITLES.size() - 1));
    poi.setSheetOrder(Columns.FINDINGS, 0);
    for (int i = 0; i < poi.getNumberOfSheets(); i++) {
      poi.getSheetAt(i).setSelected(i == 0);
    }
    poi.setActiveSheet(0);
  }
}
