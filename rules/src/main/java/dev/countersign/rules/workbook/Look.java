package dev.countersign.rules.workbook;

import org.apache.poi.ss.usermodel.BorderStyle;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.usermodel.HorizontalAlignment;
import org.apache.poi.ss.usermodel.VerticalAlignment;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFColor;
import org.apache.poi.xssf.usermodel.XSSFFont;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** The fonts and colours of a workbook. */
final class Look {

  private static final byte[] SLATE = {0x26, 0x32, 0x38};
  private static final byte[] WHITE = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
  private static final byte[] HAIRLINE = {(byte) 0xD9, (byte) 0xDE, (byte) 0xE2};

  final XSSFCellStyle header;
  final XSSFCellStyle text;
  final XSSFCellStyle code;
  final XSSFCellStyle title;
  final XSSFCellStyle strong;

  Look(XSSFWorkbook poi) {
    header = style(poi, font(poi, true, "Calibri", 11, WHITE));
    header.setFillForegroundColor(colour(SLATE));
    header.setFillPattern(FillPatternType.SOLID_FOREGROUND);
    header.setVerticalAlignment(VerticalAlignment.CENTER);
    text = style(poi, font(poi, false, "Calibri", 11, SLATE));
    code = style(poi, font(poi, false, "Consolas", 10, SLATE));
    strong = style(poi, font(poi, true, "Calibri", 11, SLATE));
    title = style(poi, font(poi, true, "Calibri", 14, SLATE));
    title.setWrapText(false);
    title.setBorderBottom(BorderStyle.NONE);
  }

  static XSSFColor colour(byte[] rgb) {
    return new XSSFColor(rgb, null);
  }

  private static XSSFFont font(
      XSSFWorkbook poi, boolean bold, String name, int points, byte[] rgb) {
    XSSFFont font = poi.createFont();
    font.setBold(bold);
    font.setFontName(name);
    font.setFontHeightInPoints((short) points);
    font.setColor(colour(rgb));
    return font;
  }

  private static XSSFCellStyle style(XSSFWorkbook poi, XSSFFont font) {
    XSSFCellStyle style = poi.createCellStyle();
    style.setFont(font);
    style.setWrapText(true);
    style.setVerticalAlignment(VerticalAlignment.TOP);
    style.setAlignment(HorizontalAlignment.LEFT);
    style.setBorderBottom(BorderStyle.THIN);
    style.setBottomBorderColor(colour(HAIRLINE));
    // Text, so that a spreadsheet program turns nothing that is typed into a date or a number.
    style.setDataFormat(poi.createDataFormat().getFormat("@"));
    return style;
  }
}
