package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Sheets.SOUND;
import static dev.countersign.rules.workbook.Sheets.faults;
import static dev.countersign.rules.workbook.Sheets.spoilt;
import static dev.countersign.rules.workbook.Sheets.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.policy.WorkbookPolicy;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workbooks that want to be something else than they seem. */
class HostileWorkbookTest {

  /** Columns of free text. */
  private static final Set<String> PROSE = Set.of("Name", "Reason", "Hint", "Owner", "Command");

  private static final String RAN = "countersign.test.payload.ran";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cs.Evil.run(); out.hit($param);",
        "0); System.setProperty(\"" + RAN + "\", \"1\"); (",
        "x\") || System.setProperty(\"" + RAN + "\", \"1\") != null || Glob.any(tables, \"y",
        "\" ) end rule \"x\" when then System.setProperty(\"" + RAN + "\", \"1\"); end //",
        "\\u0022 ) || System.setProperty(\\u0022" + RAN + "\\u0022, \\u00221\\u0022) != null",
        "@{System.setProperty('" + RAN + "', '1')}",
        "eval(System.setProperty(\"" + RAN + "\", \"1\") != null)",
        "a\nEscapeQuotes\tFALSE",
        "=cmd|' /C calc'!A0",
        "' OR 1=1 --",
      })
  void gw34_noCellOfAnySheetIsEverCode(String payload) throws Exception {
    List<String> names = addresses(title -> !PROSE.contains(title));
    List<String> faults = faults(withAll(names, payload));
    assertThat(names)
        .allSatisfy(
            address ->
                assertThat(faults)
                    .anySatisfy(line -> assertThat(line).startsWith(address + ": found ")));

    List<String> prose = addresses(PROSE::contains);
    switch (WorkbookReader.read(withAll(prose, payload))) {
      case Faults refused -> assertThat(payload).contains("\n");
      case Workbook workbook -> {
        assertThat(workbook.rules().stream().map(RuleRow::reason)).contains(payload);
        assertThat(new WorkbookPolicy(workbook).id()).hasSize(64);
      }
    }
    assertThat(System.getProperty(RAN)).isNull();
  }

  /** The cells of the first row below each header, by the title of their column. */
  private static List<String> addresses(Predicate<String> titles) {
    List<String> addresses = new ArrayList<>();
    for (Sheet<?> sheet : Layout.PLAIN.sheets()) {
      for (int i = 0; i < sheet.columns().size(); i++) {
        // On the sheet Lists it is the set's name that is called Name.
        if (titles.test(sheet.columns().get(i).title()) && !sheet.name().equals(Columns.LISTS)) {
          addresses.add(sheet.name() + "!" + CellReference.convertNumToColString(i) + "2");
        }
      }
    }
    return addresses;
  }

  private static byte[] withAll(List<String> addresses, String text) throws Exception {
    return spoilt(
        poi -> {
          for (String address : addresses) {
            var at = new CellReference(address);
            poi.getSheet(at.getSheetName())
                .getRow(at.getRow())
                .getCell(at.getCol())
                .setCellValue(text);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A2 | SQL-\u041E01 | did you mean \"SQL-O01\"?",
        "A2 | SQL\u201101 | did you mean \"SQL-01\"?",
        "C2 | a\u0456-agents | did you mean \"ai-agents\"?",
        "C2 | ai-agents\u200B | did you mean \"ai-agents\"?",
        "C2 | ai\u202E-agents | did you mean \"ai-agents\"?",
        "C2 | e\u0301quipe | did you mean \"equipe\"?",
        "D2 | sh\u03BFp | did you mean \"shop\"?",
        "G2 | publi\u0441.* | did you mean \"public.*\"?",
        "F2 | SEL\u0415CT | did you mean \"SELECT\"?",
        "E2 | prod\uFF55ction | did you mean \"production\"?",
        "Git!G2 | refs/heads/m\u0430in | did you mean \"refs/heads/main\"?",
        "Kubernetes!G2 | secret\u0455 | did you mean \"secrets\"?",
        "Masking!G2 | \u0435mail | did you mean \"email\"?",
        "Lists!B2 | g\u2081 | did you mean \"g1\"?",
      })
  void gw35_charactersThatLookLikeOthersAreNamedAndTheUsualOneProposed(
      String address, String text, String nearest) throws Exception {
    assertThat(faults(with(address, text)))
        .anySatisfy(line -> assertThat(line).contains("<U+").endsWith(nearest));
  }

  @Test
  void gw35_anIdIsOneOfAllSheetsInWhateverCase() throws Exception {
    assertThat(faults(with("Risk!A2", "sql-001")))
        .singleElement()
        .asString()
        .startsWith("Risk!A2: found \"sql-001\", which stands at SQL!A2 already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Git", "Kubernetes", "Access", "Risk"})
  void gw35_everySheetIsLookedAt(String name) throws Exception {
    byte[] bytes =
        spoilt(
            poi -> {
              XSSFSheet sheet = poi.getSheet(name);
              sheet.getRow(1).getCell(1).setCellFormula("1+1");
              sheet.setColumnHidden(2, true);
              sheet.addMergedRegion(new CellRangeAddress(1, 2, 3, 3));
              sheet.getRow(1).setZeroHeight(true);
            });

    assertThat(faults(bytes))
        .anySatisfy(line -> assertThat(line).startsWith(name + "!B2: found a formula"))
        .anySatisfy(line -> assertThat(line).startsWith(name + "!C:C: found a hidden column"))
        .anySatisfy(line -> assertThat(line).startsWith(name + "!D2:D3: found merged cells"))
        .anySatisfy(line -> assertThat(line).startsWith(name + "!2:2: found a hidden row"));
  }

  @Test
  void gw32_refusesAHundredThousandRows() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SXSSFWorkbook poi = new SXSSFWorkbook(100)) {
      poi.setZip64Mode(Zip64Mode.Never);
      var sheet = poi.createSheet("SQL");
      for (int i = 0; i < 100_000; i++) {
        Row row = sheet.createRow(i);
        row.createCell(0).setCellValue("SQL-" + i);
      }
      poi.write(out);
    }

    assertThat(faults(out.toByteArray()))
        .anySatisfy(
            line -> assertThat(line).startsWith("SQL: found 100000 rows; allowed: 20000 rows"));
  }

  @Test
  void whatIsRefusedIsNotCalledEmptyToo() throws Exception {
    assertThat(
            faults(spoilt(poi -> poi.getSheet("SQL").getRow(1).getCell(8).setCellFormula("1+1"))))
        .singleElement()
        .asString()
        .startsWith("SQL!I2: found a formula");
  }

  @Test
  void anEmptyCellIsToldWhatMayStandThere() throws Exception {
    assertThat(faults(with("SQL!I2", "")))
        .containsExactly("SQL!I2: found an empty cell; allowed: allow, approve, block");
    assertThat(faults(with("SQL!M2", "")))
        .containsExactly("SQL!M2: found an empty cell; allowed: a value");
    assertThat(faults(with("SQL!G2", "")))
        .containsExactly(
            "SQL!G2: found an empty cell; allowed: a value; write * where anything is meant");
  }

  @Test
  void aNumberOrDateIsRefusedWithAWayOut() throws Exception {
    byte[] bytes =
        spoilt(
            poi -> {
              Cell cell = poi.getSheet("SQL").getRow(1).getCell(17);
              cell.setCellValue(46022.0);
            });

    assertThat(faults(bytes))
        .singleElement()
        .asString()
        .startsWith("SQL!R2: found a number or date; allowed: text")
        .endsWith("give the cell the format Text, then type it again");
  }

  @Test
  void theTemplateIsSound() throws Exception {
    assertThat(WorkbookReader.read(Sheets.written(Template.workbook())))
        .isEqualTo(Template.workbook());
  }

  @Test
  void everyTitleIsExplainedWhereItStands() throws Exception {
    spoilt(
        poi -> {
          for (Sheet<?> sheet : Layout.PLAIN.sheets()) {
            XSSFSheet written = poi.getSheet(sheet.name());
            for (int i = 0; i < sheet.columns().size(); i++) {
              assertThat(written.getRow(0).getCell(i).getCellComment().getString().getString())
                  .isEqualTo(sheet.columns().get(i).meaning());
            }
            assertThat(written.getPaneInformation().isFreezePane()).isTrue();
          }
        });
    assertThat(SOUND.rules()).hasSizeGreaterThan(8);
  }
}
