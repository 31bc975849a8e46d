package dev.countersign.rules.workbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.poi.common.usermodel.HyperlinkType;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.util.CellAddress;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFClientAnchor;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/**
 * A copy of a workbook in which remarks stand where they belong: as comments of cells, and all of
 * them on a sheet of their own. The reader passes over both, so the copy can be worked on and read
 * like the original. An older copy's remarks are replaced.
 */
public final class AnnotatedCopy {

  private static final String AUTHOR = "Countersign";
  private static final int COMMENT_COLUMNS = 5;
  private static final int COMMENT_ROWS = 6;

  private final XSSFWorkbook poi;

  private AnnotatedCopy(XSSFWorkbook poi) {
    this.poi = poi;
  }

  /**
   * Writes the copy. The original is only read.
   *
   * @return what keeps the file from being copied, one line each; none if it was
   * @throws IOException if one of the files cannot be read or written
   */
  public static List<String> write(Path original, Path copy, List<Remark> remarks)
      throws IOException {
    byte[] bytes = WorkbookReader.bytes(original);
    FaultLog faults = new FaultLog();
    Archive.inspect(bytes, faults);
    if (!faults.isEmpty()) {
      return faults.toFaults().lines();
    }
    try (XSSFWorkbook poi = new XSSFWorkbook(new ByteArrayInputStream(bytes))) {
      new AnnotatedCopy(poi).annotate(remarks);
      try (OutputStream out = Files.newOutputStream(copy)) {
        poi.write(out);
      }
    }
    return List.of();
  }

  private void annotate(List<Remark> remarks) {
    clear();
    FindingsSheet findings = new FindingsSheet(poi);
    for (Remark remark : remarks) {
      Optional<CellReference> place = place(remark);
      place.ifPresent(cell -> comment(cell, remark));
      findings.add(remark, place.map(CellReference::formatAsString));
    }
    findings.finish();
  }

  private void clear() {
    int old = poi.getSheetIndex(Columns.FINDINGS);
    if (old >= 0) {
      poi.removeSheetAt(old);
    }
    for (int i = 0; i < poi.getNumberOfSheets(); i++) {
      XSSFSheet sheet = poi.getSheetAt(i);
      List<CellAddress> ours = new ArrayList<>();
      sheet
          .getCellComments()
          .forEach(
              (address, comment) -> {
                if (AUTHOR.equals(comment.getAuthor())) {
                  ours.add(address);
                }
              });
      for (CellAddress address : ours) {
        XSSFRow row = sheet.getRow(address.getRow());
        Cell cell = row == null ? null : row.getCell(address.getColumn());
        if (cell != null) {
          cell.removeCellComment();
        }
      }
    }
  }

  private Optional<CellReference> place(Remark remark) {
    XSSFSheet sheet = poi.getSheet(remark.sheet());
    if (sheet == null || remark.column().isEmpty()) {
      return Optional.empty();
    }
    int column = column(sheet, remark.column());
    int row = remark.row() > 0 ? remark.row() - 1 : rowOf(sheet, column, remark.id());
    if (row < 0 || column < 0) {
      return Optional.empty();
    }
    return Optional.of(new CellReference(sheet.getSheetName(), row, column, false, false));
  }

  /** By its title, wherever that stands, or by its letters; -1 if there is no such column. */
  private static int column(XSSFSheet sheet, String column) {
    XSSFRow header = sheet.getRow(0);
    if (header != null) {
      for (Cell cell : header) {
        if (cell.toString().strip().equals(column)) {
          return cell.getColumnIndex();
        }
      }
    }
    return column.matches("[A-Z]{1,3}") ? CellReference.convertColStringToIndex(column) : -1;
  }

  private static int rowOf(XSSFSheet sheet, int column, String id) {
    for (int i = 1; !id.isEmpty() && column >= 0 && i <= sheet.getLastRowNum(); i++) {
      XSSFRow row = sheet.getRow(i);
      Cell cell = row == null ? null : row.getCell(column);
      if (cell != null && cell.toString().strip().equals(id)) {
        return i;
      }
    }
    return -1;
  }

  /** A second remark joins the first; a comment of somebody else stays as it is. */
  private void comment(CellReference place, Remark remark) {
    XSSFSheet sheet = poi.getSheet(place.getSheetName());
    XSSFComment there = sheet.getCellComment(new CellAddress(place.getRow(), place.getCol()));
    String text = remark.level() + ": " + remark.words();
    if (there != null) {
      if (AUTHOR.equals(there.getAuthor())) {
        there.setString(new XSSFRichTextString(there.getString().getString() + "\n\n" + text));
      }
      return;
    }
    XSSFRow row = sheet.getRow(place.getRow());
    if (row == null) {
      row = sheet.createRow(place.getRow());
    }
    if (row.getCell(place.getCol()) == null) {
      row.createCell(place.getCol());
    }
    XSSFClientAnchor box =
        new XSSFClientAnchor(
            0,
            0,
            0,
            0,
            place.getCol() + 1,
            place.getRow(),
            place.getCol() + 1 + COMMENT_COLUMNS,
            place.getRow() + COMMENT_ROWS);
    XSSFComment comment = sheet.createDrawingPatriarch().createCellComment(box);
    comment.setAuthor(AUTHOR);
    comment.setString(new XSSFRichTextString(text));
    row.getCell(place.getCol()).setCellComment(comment);
  }

  /** Leads from a cell to another place of the same workbook. */
  static void link(XSSFWorkbook poi, Cell from, String to) {
    var link = poi.getCreationHelper().createHyperlink(HyperlinkType.DOCUMENT);
    link.setAddress(to);
    from.setHyperlink(link);
  }
}
