package dev.countersign.rules.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.poi.ss.util.CellAddress;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnnotatedCopyTest {

  private static final Remark OF_A_ROW =
      new Remark(
          Remark.Level.WARNING, "shadowed", "SQL", 3, "Object", "SQL-002", "never decides", "one");

  @TempDir private Path folder;

  private Path original() throws Exception {
    return Files.write(folder.resolve("original.xlsx"), Sheets.written(Sheets.SOUND));
  }

  private static XSSFWorkbook open(Path file) throws Exception {
    return new XSSFWorkbook(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  @Test
  void theCopyReadsLikeTheOriginalWhichIsUntouched() throws Exception {
    Path original = original();
    byte[] before = Files.readAllBytes(original);
    Path copy = folder.resolve("copy.xlsx");

    assertThat(AnnotatedCopy.write(original, copy, List.of(OF_A_ROW))).isEmpty();

    assertThat(Files.readAllBytes(original)).isEqualTo(before);
    assertThat(WorkbookReader.read(copy)).isEqualTo(Sheets.SOUND);
  }

  @Test
  void remarksStandAtTheirCellsAndOnTheirSheet() throws Exception {
    Path copy = folder.resolve("copy.xlsx");
    Remark ofAList =
        new Remark(Remark.Level.NOTE, "unused list", "Lists", 0, "Name", "tables", "unused", "");

    AnnotatedCopy.write(original(), copy, List.of(OF_A_ROW, ofAList));

    try (XSSFWorkbook poi = open(copy)) {
      XSSFSheet sql = poi.getSheet("SQL");
      assertThat(remarked(sql)).hasSize(1);
      CellAddress at = remarked(sql).iterator().next();
      assertThat(sql.getRow(at.getRow()).getCell(at.getColumn()).getStringCellValue())
          .isEqualTo("@tables");
      assertThat(sql.getCellComment(at).getString().getString())
          .isEqualTo("WARNING: never decides");
      XSSFSheet lists = poi.getSheet("Lists");
      CellAddress listed = remarked(lists).iterator().next();
      assertThat(lists.getRow(listed.getRow()).getCell(0).getStringCellValue()).isEqualTo("tables");
      assertThat(poi.getActiveSheetIndex()).isZero();
      assertThat(poi.getSheetName(0)).isEqualTo("Findings");
      assertThat(poi.getSheetAt(0).getRow(1).getCell(4).getStringCellValue())
          .isEqualTo("never decides");
    }
  }

  /** The cells with comments; the titles explain themselves in theirs. */
  private static List<CellAddress> remarked(XSSFSheet sheet) {
    return sheet.getCellComments().keySet().stream().filter(cell -> cell.getRow() > 0).toList();
  }

  @Test
  void aCopyOfACopyHasTheNewRemarksOnly() throws Exception {
    Path first = folder.resolve("first.xlsx");
    Path second = folder.resolve("second.xlsx");
    AnnotatedCopy.write(original(), first, List.of(OF_A_ROW));

    AnnotatedCopy.write(first, second, List.of());

    assertThat(WorkbookReader.read(second)).isEqualTo(Sheets.SOUND);
    try (XSSFWorkbook poi = open(second)) {
      assertThat(remarked(poi.getSheet("SQL"))).isEmpty();
      assertThat(poi.getSheet("Findings").getRow(1).getCell(4).getStringCellValue())
          .isEqualTo("Nothing was found.");
    }
  }

  @Test
  void faultsStandAtTheirCellsToo() throws Exception {
    byte[] spoilt = Sheets.with("F2", "=1");
    Path original = Files.write(folder.resolve("original.xlsx"), spoilt);
    Path copy = folder.resolve("copy.xlsx");
    List<Remark> remarks =
        ((Faults) WorkbookReader.read(spoilt)).list().stream().map(Remark::of).toList();

    assertThat(AnnotatedCopy.write(original, copy, remarks)).isEmpty();

    assertThat(((Faults) WorkbookReader.read(copy)).lines()).isEqualTo(Sheets.faults(spoilt));
    try (XSSFWorkbook poi = open(copy)) {
      assertThat(remarked(poi.getSheet("SQL"))).containsExactly(new CellAddress("F2"));
    }
  }

  @Test
  void aFormulaInTheFindingsIsRefusedLikeAnywhereElse() throws Exception {
    byte[] spoilt =
        Sheets.spoilt(
            poi -> poi.createSheet("Findings").createRow(3).createCell(1).setCellFormula("1+1"));

    assertThat(Sheets.faults(spoilt))
        .containsExactly("Findings!B4: found a formula; allowed: text");
  }

  @Test
  void whatIsNoWorkbookIsNotCopied() throws Exception {
    Path original = Files.writeString(folder.resolve("original.xlsx"), "no");
    Path copy = folder.resolve("copy.xlsx");

    assertThat(AnnotatedCopy.write(original, copy, List.of()))
        .containsExactly("file: found something that is not a workbook; allowed: an .xlsx file");
    assertThat(copy).doesNotExist();
  }
}
