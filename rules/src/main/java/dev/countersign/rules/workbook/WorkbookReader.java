package dev.countersign.rules.workbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Reads a workbook, or says everything that is wrong with it. */
public final class WorkbookReader {

  /** The largest file that is read, in bytes. */
  public static final int MOST_BYTES = 5 * 1024 * 1024;

  private final FaultLog faults = new FaultLog();
  private final Map<String, String> ids = new HashMap<>();

  private WorkbookReader() {}

  /**
   * Reads a file once.
   *
   * @throws IOException if the file cannot be read at all
   */
  public static Reading read(Path file) throws IOException {
    if (!String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".xlsx")) {
      return new Faults(
          List.of(
              new Fault(
                  "file",
                  Vocabulary.quote(String.valueOf(file.getFileName())),
                  "a name in .xlsx")));
    }
    return read(bytes(file));
  }

  /** The file, or so much of it that it is seen to be too large. */
  static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES + 1);
    }
  }

  /** Reads the bytes of an {@code .xlsx} file. */
  public static Reading read(byte[] bytes) {
    return new WorkbookReader().readAll(bytes);
  }

  private Reading readAll(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      faults.add("file", "more than 5 MB", "5 MB");
      return faults.toFaults();
    }
    Archive.inspect(bytes, faults);
    if (!faults.isEmpty()) {
      return faults.toFaults();
    }
    try (XSSFWorkbook poi = new XSSFWorkbook(new ByteArrayInputStream(bytes))) {
      Structure.inspect(poi, faults);
      Workbook workbook = rows(poi);
      return faults.isEmpty() ? workbook : faults.toFaults();
    } catch (IOException | InvalidFormatException | RuntimeException broken) {
      // The library's message may quote the file; that it failed is all that is known for sure.
      faults.add(
          "file",
          "a workbook that cannot be read (" + broken.getClass().getSimpleName() + ")",
          "an .xlsx file as a spreadsheet program saves it");
      return faults.toFaults();
    }
  }

  private Workbook rows(XSSFWorkbook poi) {
    Map<String, List<String>> lists = lists(poi);
    Layout layout = Layout.of(lists.getOrDefault(Workbook.ENVIRONMENTS_LIST, List.of()));
    List<SqlRow> sql = rows(poi, layout.sql(), lists);
    List<GitRow> git = rows(poi, layout.git(), lists);
    List<KubernetesRow> kubernetes = rows(poi, layout.kubernetes(), lists);
    List<MaskingRow> masking = rows(poi, layout.masking(), lists);
    List<AccessRow> access = rows(poi, layout.access(), lists);
    List<RiskRow> risk = rows(poi, layout.risk(), lists);
    ids.clear();
    List<TestRow> tests = rows(poi, layout.tests(), lists);
    return new Workbook(about(poi), sql, git, kubernetes, masking, access, risk, lists, tests);
  }

  private <R> List<R> rows(XSSFWorkbook poi, Sheet<R> sheet, Map<String, List<String>> lists) {
    List<R> rows = new ArrayList<>();
    for (Cells cells : cells(poi, sheet, lists)) {
      checkUnique(cells);
      sheet.read(cells).ifPresent(rows::add);
    }
    return rows;
  }

  private List<Cells> cells(XSSFWorkbook poi, Sheet<?> sheet, Map<String, List<String>> lists) {
    XSSFSheet found = poi.getSheet(sheet.name());
    if (found == null) {
      return List.of();
    }
    return new SheetLines(found, sheet.columns(), faults)
        .read().stream().map(line -> new Cells(line, sheet.columns(), lists, faults)).toList();
  }

  /** A fault when the id was there before, in whatever case. */
  private void checkUnique(Cells cells) {
    cells
        .present(Columns.ID)
        .ifPresent(
            id -> {
              String first = ids.putIfAbsent(id.toLowerCase(Locale.ROOT), cells.at(Columns.ID));
              if (first != null) {
                cells.fault(
                    Columns.ID,
                    Vocabulary.quote(id) + ", which stands at " + first + " already",
                    "an id of its own");
              }
            });
  }

  private Map<String, List<String>> lists(XSSFWorkbook poi) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    ListsSheet sheet = Layout.PLAIN.lists();
    for (Cells cells : cells(poi, sheet, Map.of())) {
      sheet
          .read(cells)
          .ifPresent(
              entry -> {
                List<String> values =
                    lists.computeIfAbsent(entry.name(), absent -> new ArrayList<>());
                if (values.contains(entry.value())) {
                  cells.fault(
                      Columns.VALUE, Vocabulary.quote(entry.value()) + " twice", "each value once");
                }
                values.add(entry.value());
              });
    }
    return lists;
  }

  /** Key and value pairs, from the header to the first line that is empty. */
  private Map<String, String> about(XSSFWorkbook poi) {
    Map<String, String> about = new LinkedHashMap<>();
    XSSFSheet sheet = poi.getSheet(Columns.ABOUT);
    if (sheet == null
        || !aboutText(sheet, 0, 0).equals(Columns.KEY)
        || !aboutText(sheet, 0, 1).equals(Columns.VALUE)) {
      return about;
    }
    for (int number = 1; !aboutText(sheet, number, 0).isEmpty(); number++) {
      about.put(aboutText(sheet, number, 0), aboutText(sheet, number, 1));
    }
    return about;
  }

  private String aboutText(XSSFSheet sheet, int row, int column) {
    XSSFRow line = sheet.getRow(row);
    Cell cell = line == null ? null : line.getCell(column);
    if (cell == null || cell.getCellType() != CellType.STRING) {
      return "";
    }
    String text = cell.getStringCellValue().strip();
    if (text.codePoints().anyMatch(Vocabulary::isInvisible)) {
      faults.add(
          Columns.ABOUT + "!" + (column == 0 ? "A" : "B") + (row + 1),
          Vocabulary.quote(text),
          "text in which every character can be seen");
      return "";
    }
    return text;
  }
}
