package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Sheets.SOUND;
import static dev.countersign.rules.workbook.Sheets.faults;
import static dev.countersign.rules.workbook.Sheets.repacked;
import static dev.countersign.rules.workbook.Sheets.spoilt;
import static dev.countersign.rules.workbook.Sheets.with;
import static dev.countersign.rules.workbook.Sheets.written;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.poi.openxml4j.opc.TargetMode;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFWorkbookType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkbookReaderTest {

  @TempDir Path directory;

  @Test
  void readsWhatWasWritten() throws IOException {
    Path file = directory.resolve("policy.xlsx");
    WorkbookWriter.write(SOUND, file);

    assertThat(WorkbookReader.read(file)).isEqualTo(SOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A2 | sql-002 | SQL!A3: found \"SQL-002\", which stands at SQL!A2 already",
        "A2 | Default | SQL!A2: found \"Default\"",
        "C2 | *, ai-agents | SQL!C2: found * together with other values",
        "C2 | @teem | SQL!C2: found \"@teem\" | did you mean \"@team\"?",
        "C2 | ai-agents,, x | SQL!C2: found \"ai-agents,, x\"",
        "C2 | ai-* | SQL!C2: found \"ai-*\"",
        "D2 | sh\u043Ep | SQL!D2: found \"sh<U+043E CYRILLIC SMALL LETTER O>p\"",
        "D2 | sh\u200Bop | SQL!D2: found \"sh<U+200B ZERO WIDTH SPACE>op\"",
        "E2 | producton | SQL!E2: found \"producton\" | did you mean \"production\"?",
        "F2 | delet | SQL!F2: found \"delet\" | did you mean \"DELETE\"?",
        "F2 | SELECT, DANCE | SQL!F2: found \"DANCE\"",
        "G2 | orders | SQL!G2: found \"orders\" | did you mean \"public.orders\"?",
        "G2 | (a+)+$ | SQL!G2: found \"(a+)+$\"",
        "G2 | public.** | SQL!G2: found \"public.**\"",
        "H2 | no where | SQL!H2: found \"no where\"",
        "I2 | alow | SQL!I2: found \"alow\" | did you mean \"allow\"?",
        "I2 | mask | SQL!I2: found \"mask\"",
        "J2 | dba | SQL!J2: found \"dba\"; allowed: empty, unless approve",
        "L3 | 25 hours | SQL!L3: found \"25 hours\"",
        "L3 | 0 minutes | SQL!L3: found \"0 minutes\"",
        "L3 | soon | SQL!L3: found \"soon\"",
        "M2 | abc\u202Edef | SQL!M2: found \"abc<U+202E RIGHT-TO-LEFT OVERRIDE>def\"",
        "K3 | two | SQL!K3: found \"two\"; allowed: a whole number from 1 to 9",
        "K3 | 0 | SQL!K3: found \"0\"",
        "K2 | 2 | SQL!K2: found \"2\"; allowed: empty, unless approve",
        "Q2 | 31.12.2026 | SQL!Q2: found \"31.12.2026\"; allowed: a day such as 2026-12-31",
        "Q2 | 2026-02-30 | SQL!Q2: found \"2026-02-30\"",
        "R2 | 2026-01-01 | SQL!R2: found \"2026-01-01\"; allowed: a day not before 2026-02-28",
        "S2 | observed | SQL!S2: found \"observed\" | did you mean \"observe\"?",
        "O2 | AC3 | SQL!O2: found \"AC3\"",
      })
  void namesTheCellTheFoundAndTheNearest(ArgumentsAccessor row) throws Exception {
    String nearest = row.size() > 3 ? row.getString(3) : "";

    List<String> faults = faults(with(row.getString(0), row.getString(1)));

    assertThat(faults)
        .anySatisfy(line -> assertThat(line).startsWith(row.getString(2)).endsWith(nearest));
  }

  @Test
  void gw35_anEmptyCellIsNeverAWildcard() throws Exception {
    for (String address : List.of("A2", "C2", "D2", "E2", "F2", "G2", "I2", "J3", "M2")) {
      assertThat(faults(with(address, " "))).singleElement().asString().contains("an empty cell");
    }
  }

  @Test
  void reportsAllFaultsAtOnce() throws Exception {
    byte[] bytes =
        spoilt(
            poi -> {
              poi.getSheet("SQL").getRow(1).getCell(5).setCellValue("delet");
              poi.getSheet("SQL").getRow(2).getCell(8).setCellValue("perhaps");
              poi.getSheet("Masking").getRow(1).getCell(8).setCellValue("blur");
              poi.getSheet("Tests").getRow(1).getCell(5).setCellValue("");
              poi.createSheet("Notes");
            });

    assertThat(faults(bytes))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactlyInAnyOrder(
            "workbook",
            "SQL!F2",
            "SQL!I3",
            "SQL!J3",
            "SQL!K3",
            "SQL!L3",
            "SQL!T3",
            "SQL!U3",
            "Masking!I2",
            "Tests!F2");
  }

  @Test
  void refusesOtherColumnsAndValuesBesideThem() throws Exception {
    assertThat(faults(with("H1", "Conditon")))
        .anySatisfy(line -> assertThat(line).contains("did you mean \"Condition\"?"))
        .anySatisfy(line -> assertThat(line).contains("no column Condition"));
    assertThat(
            faults(
                spoilt(poi -> poi.getSheet("SQL").getRow(1).createCell(21).setCellValue("aside"))))
        .singleElement()
        .asString()
        .startsWith("SQL!V2: found \"aside\"");
  }

  @Test
  void readsWorkbooksThatAreOlderThanPreApprovals() throws Exception {
    byte[] older =
        spoilt(
            poi -> {
              for (var row : poi.getSheet("SQL")) {
                for (int column : new int[] {19, 20}) {
                  if (row.getCell(column) != null) {
                    row.removeCell(row.getCell(column));
                  }
                }
              }
            });

    assertThat(WorkbookReader.read(older)).isInstanceOf(Workbook.class);
    assertThat(faults(with("T2", "4 hours"))).singleElement().asString().startsWith("SQL!T2");
    assertThat(faults(with("T3", "")))
        .singleElement()
        .asString()
        .contains("empty, unless there is a pre-approval");
  }

  @Test
  void gw35_refusesWhatIsComputedOrNotText() throws Exception {
    assertThat(
            faults(
                spoilt(
                    poi -> {
                      poi.getSheet("SQL").getRow(1).getCell(8).setCellFormula("\"al\"&\"low\"");
                      poi.getSheet("SQL").getRow(2).getCell(0).setCellValue(12.0);
                      poi.getSheet("SQL").getRow(3).getCell(0).setCellValue(true);
                      poi.getSheet("About").getRow(1).getCell(1).setCellFormula("1+1");
                    })))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!I2: found a formula"))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!A3: found a number"))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!A4: found a truth value"))
        .anySatisfy(line -> assertThat(line).startsWith("About!B2: found a formula"));
  }

  @Test
  void gw35_refusesWhatAReviewerDoesNotSee() throws Exception {
    assertThat(
            faults(
                spoilt(
                    poi -> {
                      poi.getSheet("SQL").getRow(2).setZeroHeight(true);
                      poi.getSheet("SQL").setColumnHidden(3, true);
                      poi.getSheet("Masking").setColumnWidth(2, 0);
                      poi.getSheet("Lists").addMergedRegion(new CellRangeAddress(1, 2, 0, 0));
                      poi.setSheetVisibility(
                          poi.getSheetIndex("Tests"), SheetVisibility.VERY_HIDDEN);
                      XSSFCellStyle style = poi.createCellStyle();
                      style.setDataFormat(poi.createDataFormat().getFormat(";;;\"block\""));
                      poi.getSheet("SQL").getRow(1).getCell(8).setCellStyle(style);
                    })))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!3:3: found a hidden row"))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!D:D: found a hidden column"))
        .anySatisfy(line -> assertThat(line).startsWith("Masking!C:C: found a hidden column"))
        .anySatisfy(line -> assertThat(line).startsWith("Lists!A2:A3: found merged cells"))
        .anySatisfy(line -> assertThat(line).startsWith("Tests: found a hidden sheet"))
        .anySatisfy(line -> assertThat(line).startsWith("SQL!I2: found a number format"));
  }

  @Test
  void gw33_refusesTheSamePartTwice() throws IOException {
    byte[] once = repacked((name, part) -> part, "xl/worksheets/sheetX.xml", sheet());
    byte[] twice = replaced(once, "xl/worksheets/sheetX.xml", "xl/worksheets/sheet1.xml");

    assertThat(faults(twice)).anySatisfy(line -> assertThat(line).contains("twice"));
  }

  @Test
  void gw33_refusesAZipWhoseDirectoryDiffers() throws IOException {
    byte[] bytes = repacked((name, part) -> part, "xl/worksheets/sheetX.xml", sheet());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int directory = text.lastIndexOf("xl/worksheets/sheetX.xml");
    bytes[directory + "xl/worksheets/sheet".length()] = 'Y';

    assertThat(faults(bytes)).singleElement().asString().contains("a zip directory that differs");
  }

  @Test
  void gw33_refusesDocumentTypesAndOtherEncodings() throws IOException {
    byte[] dtd =
        repacked(
            (name, part) ->
                name.equals("[Content_Types].xml")
                    ? new String(part, StandardCharsets.UTF_8)
                        .replaceFirst("<Types", "<!DOCTYPE x [<!ENTITY a \"b\">]><Types")
                        .getBytes(StandardCharsets.UTF_8)
                    : part,
            "",
            new byte[0]);
    byte[] utf16 =
        repacked(
            (name, part) ->
                name.equals("xl/workbook.xml")
                    ? new String(part, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16)
                    : part,
            "",
            new byte[0]);

    assertThat(faults(dtd)).singleElement().asString().contains("document type definition");
    assertThat(faults(utf16)).singleElement().asString().contains("encoding other than UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xl/vbaProject.bin",
        "xl/macrosheets/sheet1.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/oleObject1.bin",
        "XL/ActiveX/activeX1.xml",
        "xl/connections.xml"
      })
  void gw33_refusesMacrosEmbeddedObjectsAndExternalData(String part) throws IOException {
    assertThat(faults(repacked((name, content) -> content, part, new byte[] {1})))
        .singleElement()
        .asString()
        .contains(part);
  }

  @Test
  void gw33_refusesMacroWorkbooksOldFormatsAndExternalLinks() throws Exception {
    assertThat(faults(spoilt(poi -> poi.setWorkbookType(XSSFWorkbookType.XLSM))))
        .anySatisfy(line -> assertThat(line).contains("macroEnabled"));
    assertThat(faults(new byte[] {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, 0, 0}))
        .singleElement()
        .asString()
        .contains(".xls");
    assertThat(faults("id;verdict".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .asString()
        .contains("not a workbook");
    assertThat(
            faults(
                spoilt(
                    poi ->
                        poi.getSheet("SQL")
                            .getPackagePart()
                            .addRelationship(
                                URI.create("http://example.org/x.xml"),
                                TargetMode.EXTERNAL,
                                "http://example.org/relationships/image"))))
        .singleElement()
        .asString()
        .contains("an external link");
    Path macros = Files.write(directory.resolve("policy.xlsm"), written(SOUND));
    assertThat(WorkbookReader.read(macros)).isInstanceOf(Faults.class);
  }

  @Test
  void gw32_refusesWhatIsTooLargePackedOrUnpacked() throws IOException {
    assertThat(faults(new byte[WorkbookReader.MOST_BYTES + 1]))
        .singleElement()
        .asString()
        .contains("5 MB");
    byte[] bomb =
        repacked((name, part) -> part, "xl/media/a.xml", new byte[Archive.MOST_BYTES_UNPACKED]);
    assertThat(faults(bomb)).anySatisfy(line -> assertThat(line).contains("32 MB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0); dev.countersign.Evil.run(",
        "x\") || System.setProperty(\"a\", \"b\") != null || (\"y",
        "\\u0022); Runtime.getRuntime().exec(\"x\"); //",
        "@{Runtime.getRuntime()}",
        "${T(java.lang.Runtime)}",
        "=HYPERLINK(\"http://example.org\")",
        "a\nEscapeQuotes\tFALSE",
      })
  void textsThatWouldBeCodeElsewhereAreTextOrFaults(String payload) throws Exception {
    for (String address :
        List.of("A2", "C2", "D2", "E2", "F2", "G2", "H2", "I2", "O2", "Q2", "S2")) {
      assertThat(faults(with(address, payload))).isNotEmpty();
    }
    boolean oneLine = payload.indexOf('\n') < 0;
    if (oneLine) {
      Workbook read = (Workbook) WorkbookReader.read(with("M2", payload));
      assertThat(read.sql().getFirst().reason()).isEqualTo(payload);
    }
  }

  @Test
  void damagedFilesAreRefusedNeverThrown() throws IOException {
    byte[] sound = written(SOUND);
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = sound.clone();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Reading reading = WorkbookReader.read(damaged);
      if (reading instanceof Workbook) {
        assertThat(reading).isEqualTo(SOUND);
      }
    }
  }

  private static byte[] sheet() {
    return "<worksheet/>".getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .replace(from, to)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
