package dev.countersign.rules.workbook;

import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.openxml4j.opc.TargetMode;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFRelation;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCol;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCols;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTWorksheet;

/** What a workbook is besides its texts: only what a reviewer sees on screen may count. */
final class Structure {

  private Structure() {}

  static void inspect(XSSFWorkbook poi, FaultLog faults) throws InvalidFormatException {
    inspectParts(poi, faults);
    for (int i = 0; i < poi.getNumberOfSheets(); i++) {
      String name = poi.getSheetName(i);
      if (!Layout.names().contains(name) && !name.equals(Columns.FINDINGS)) {
        faults.add(
            new Fault(
                "workbook",
                "the sheet " + Vocabulary.quote(name),
                String.join(", ", Layout.names()),
                Vocabulary.nearest(name, Layout.names())));
      }
      if (poi.getSheetVisibility(i) != SheetVisibility.VISIBLE) {
        faults.add(name, "a hidden sheet", "visible sheets");
      }
      inspectSheet(poi.getSheetAt(i), faults);
    }
    for (String name : Layout.names()) {
      if (poi.getSheet(name) == null) {
        faults.add("workbook", "no sheet " + name, String.join(", ", Layout.names()));
      }
    }
  }

  private static void inspectParts(XSSFWorkbook poi, FaultLog faults)
      throws InvalidFormatException {
    String contentType = poi.getPackagePart().getContentType();
    if (!contentType.equals(XSSFRelation.WORKBOOK.getContentType())) {
      faults.add("file", "the content type " + Vocabulary.quote(contentType), "a plain .xlsx");
    }
    for (PackagePart part : poi.getPackage().getParts()) {
      if (part.isRelationshipPart() || !part.hasRelationships()) {
        continue;
      }
      for (PackageRelationship link : part.getRelationships()) {
        // A hyperlink is only followed when somebody clicks it; anything else is loaded.
        if (link.getTargetMode() == TargetMode.EXTERNAL
            && !link.getRelationshipType().endsWith("/hyperlink")) {
          faults.add("file", "an external link in " + part.getPartName(), "no external links");
        }
      }
    }
  }

  private static void inspectSheet(XSSFSheet sheet, FaultLog faults) {
    String name = sheet.getSheetName();
    CTWorksheet xml = sheet.getCTWorksheet();
    if (xml.getSheetData().sizeOfRowArray() != sheet.getPhysicalNumberOfRows()) {
      faults.add(name, "the same row twice", "each row once");
    }
    if (xml.isSetSheetFormatPr() && xml.getSheetFormatPr().getZeroHeight()) {
      faults.add(name, "rows that are hidden unless they say otherwise", "visible rows");
    }
    for (CTCols cols : xml.getColsList()) {
      for (CTCol col : cols.getColList()) {
        if (col.getHidden() || (col.isSetWidth() && col.getWidth() < 0.5)) {
          String first = CellReference.convertNumToColString((int) col.getMin() - 1);
          faults.add(name + "!" + first + ":" + first, "a hidden column", "visible columns");
        }
      }
    }
    if (!isProse(name)) {
      sheet
          .getMergedRegions()
          .forEach(
              region ->
                  faults.add(
                      name + "!" + region.formatAsString(), "merged cells", "one cell per value"));
    }
    for (Row row : sheet) {
      inspectRow(name, (XSSFRow) row, faults);
    }
  }

  /** Sheets that are for people only: nothing of them decides. */
  private static boolean isProse(String sheet) {
    return sheet.equals(Columns.ABOUT) || sheet.equals(Columns.FINDINGS);
  }

  private static void inspectRow(String sheet, XSSFRow row, FaultLog faults) {
    int number = row.getRowNum() + 1;
    String at = sheet + "!" + number + ":" + number;
    if (row.getZeroHeight() || row.getHeight() == 0) {
      faults.add(at, "a hidden row", "visible rows; clear a filter that hides some");
    }
    if (row.getCTRow().sizeOfCArray() != row.getPhysicalNumberOfCells()) {
      faults.add(at, "the same cell twice", "each cell once");
    }
    if (isProse(sheet)) {
      row.forEach(
          cell -> {
            if (SheetLines.isFormula(cell)) {
              faults.add(
                  sheet + "!" + new CellReference(cell).formatAsString(false), "a formula", "text");
            }
          });
    }
  }
}
