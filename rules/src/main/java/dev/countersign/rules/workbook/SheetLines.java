package dev.countersign.rules.workbook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFSheet;

/** A sheet with a header, read as lines of text. What is not text is a fault. */
final class SheetLines {

  static final int MOST_ROWS = 20_000;
  static final int LONGEST_CELL = 4_000;

  private final XSSFSheet sheet;
  private final List<Column> columns;
  private final FaultLog faults;

  SheetLines(XSSFSheet sheet, List<Column> columns, FaultLog faults) {
    this.sheet = sheet;
    this.columns = columns;
    this.faults = faults;
  }

  /** The lines below the header that are not empty. None when the header has a fault. */
  List<Line> read() {
    if (sheet.getPhysicalNumberOfRows() > MOST_ROWS) {
      faults.add(sheet.getSheetName(), sheet.getPhysicalNumberOfRows() + " rows", "20000 rows");
      return List.of();
    }
    int before = faults.count();
    Map<Integer, String> titles = header();
    if (faults.count() != before) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    for (Row row : sheet) {
      if (row.getRowNum() > 0) {
        Line line = line(row, titles);
        if (line.isFilled()) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  private Map<Integer, String> header() {
    Map<Integer, String> titles = new LinkedHashMap<>();
    List<String> allowed = columns.stream().map(Column::title).toList();
    Row row = sheet.getRow(0);
    if (row != null) {
      for (Cell cell : row) {
        String title = text(cell);
        if (title.isEmpty()) {
          continue;
        }
        if (!allowed.contains(title)) {
          faults.add(
              new Fault(
                  at(cell),
                  "the column " + Vocabulary.quote(title),
                  String.join(", ", allowed),
                  Vocabulary.nearest(title, allowed)));
        } else if (titles.containsValue(title)) {
          faults.add(at(cell), "the column " + title + " twice", "each column once");
        } else {
          titles.put(cell.getColumnIndex(), title);
        }
      }
    }
    List<String> needed =
        columns.stream().filter(column -> !column.late()).map(Column::title).toList();
    for (String title : needed) {
      if (!titles.containsValue(title)) {
        faults.add(sheet.getSheetName() + "!1:1", "no column " + title, String.join(", ", allowed));
      }
    }
    return titles;
  }

  private Line line(Row row, Map<Integer, String> titles) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Cell cell : row) {
      String text = text(cell);
      String title = titles.get(cell.getColumnIndex());
      if (title != null) {
        texts.put(title, text);
      } else if (!text.isEmpty()) {
        faults.add(at(cell), Vocabulary.quote(text), "nothing outside the columns of the header");
      }
    }
    Map<String, String> addresses = new LinkedHashMap<>();
    titles.forEach(
        (index, title) ->
            addresses.put(
                title,
                sheet.getSheetName()
                    + "!"
                    + CellReference.convertNumToColString(index)
                    + (row.getRowNum() + 1)));
    return new Line(row.getRowNum() + 1, texts, addresses);
  }

  private String text(Cell cell) {
    return switch (cell.getCellType()) {
      case BLANK, _NONE -> "";
      case STRING -> string((XSSFCell) cell);
      case FORMULA -> reject(cell, "a formula");
      case NUMERIC -> reject(cell, "a number or date");
      case BOOLEAN -> reject(cell, "a truth value");
      case ERROR -> reject(cell, "an error value");
    };
  }

  private String string(XSSFCell cell) {
    String text = cell.getStringCellValue();
    if (showsSomethingElse(cell.getCellStyle().getDataFormatString())) {
      return reject(cell, "a number format that can show another text than the cell has");
    }
    if (text.length() > LONGEST_CELL) {
      return reject(cell, text.length() + " characters");
    }
    return text.strip();
  }

  /** The fourth part of a number format says how text is shown. */
  private static boolean showsSomethingElse(String format) {
    return format != null
        && !format.equals("General")
        && !format.equals("@")
        && (format.indexOf('@') >= 0 || format.chars().filter(c -> c == ';').count() >= 3);
  }

  private String reject(Cell cell, String found) {
    faults.add(
        at(cell),
        found,
        "text, at most "
            + LONGEST_CELL
            + " characters; give the cell the format Text, then type it again");
    return "";
  }

  private String at(Cell cell) {
    return cell.getSheet().getSheetName() + "!" + new CellReference(cell).formatAsString(false);
  }

  static boolean isFormula(Cell cell) {
    return cell.getCellType() == CellType.FORMULA;
  }

  /** A row's texts and addresses by the title of their column. */
  record Line(int number, Map<String, String> texts, Map<String, String> addresses) {

    boolean isFilled() {
      return texts.values().stream().anyMatch(text -> !text.isEmpty());
    }

    String text(String title) {
      return texts.getOrDefault(title, "");
    }

    /** The cell's address, e.g. {@code SQL!F7}. */
    String at(String title) {
      return addresses.getOrDefault(title, "");
    }
  }
}
