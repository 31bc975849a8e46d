package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Sheets.faults;
import static dev.countersign.rules.workbook.Sheets.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of the sheets Git, Kubernetes, Masking, Access and Risk. */
class SheetVocabularyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Git!F2 | fastforward | found \"fastforward\" | did you mean \"fast-forward\"?",
        "Git!G2 | main | found \"main\" | did you mean \"refs/heads/main\"?",
        "Git!H2 | /src/* | found \"/src/*\" | did you mean \"src/*\"?",
        "Git!H2 | src/** | found \"src/**\"; allowed: a single * | did you mean \"src/*\"?",
        "Git!I2 | secrets | found \"secrets\" | did you mean \"secret\"?",
        "Git!J2 | mask | found \"mask\"; allowed: allow, approve or block: a git pack cannot be",
        "Git!L2 | 10 | found \"10\"; allowed: a whole number from 1 to 9",
        "Git!M2 | 2 days | found \"2 days\"; allowed: 1 minute to 24 hours",
        "Kubernetes!F2 | patsh | found \"patsh\" | did you mean \"patch\"?",
        "Kubernetes!G2 | Secrets | found \"Secrets\" | did you mean \"secrets\"?",
        "Kubernetes!H2 | kube_system | found \"kube_system\"",
        "Kubernetes!I2 | privilege | found \"privilege\" | did you mean \"privileged\"?",
        "Kubernetes!J2 | psql * | found \"psql *\"; allowed: empty where Action is neither create",
        "Masking!F2 | customers | found \"customers\" | did you mean \"public.customers\"?",
        "Masking!H2 | EMAIL | found \"EMAIL\"; allowed: email, phone, iban, payment card, ssn,"
            + " secret; did",
        "Masking!I2 | redacted | found \"redacted\" | did you mean \"redact\"?",
        "Masking!J2 | seal | found \"seal\" | did you mean \"sealed\"?",
        "Masking!J3 | sealed | found \"sealed\"; allowed: empty with clear",
        "Masking!C3 | * | found * with clear; allowed: the groups that are exempt",
        "Masking!P3 | '' | found an empty cell with clear; allowed: the last day",
        "Access!F2 | 31 days | found \"31 days\"; allowed: 1 minute to 30 days",
        "Access!F2 | '' | found an empty cell; allowed: the longest time",
        "Access!F3 | 1 hour | found \"1 hour\"; allowed: empty with block",
        "Access!G2 | Monday | found \"Monday\"; allowed: Mon, Tue, Wed, Thu, Fri, Sat, Sun",
        "Access!G2 | Mom | found \"Mom\" | did you mean \"Mon\"?",
        "Access!H2 | 9 to 5 | found \"9 to 5\"; allowed: two times of one day",
        "Access!H2 | 18:00-08:00 | found \"18:00-08:00\"",
        "Access!H2 | 08:00 | found \"08:00\"",
        "Risk!F2 | off hour | found \"off hour\" | did you mean \"off hours\"?",
        "Risk!G2 | many | found \"many\"; allowed: a whole number from 1 to 1000",
        "Risk!G2 | 1001 | found \"1001\"",
        "Risk!H2 | block | found \"block\"; allowed: empty, unless the factor is total",
        "Risk!H3 | '' | found an empty cell with total; allowed: approve, block",
        "Tests!E2 | git forse refs/heads/x | found \"forse\" | did you mean \"force\"?",
        "Tests!E2 | git push main | found \"main\" | did you mean \"refs/heads/main\"?",
        "Tests!E2 | kubectl delet pods | found \"delet\" | did you mean \"delete\"?",
        "Risk!H3 | allow | found \"allow\"",
      })
  void namesTheCellTheFoundAndTheNearest(ArgumentsAccessor row) throws Exception {
    String cell = row.getString(0);
    String nearest = row.size() > 3 ? row.getString(3) : "";

    assertThat(faults(with(cell, row.getString(1))))
        .anySatisfy(
            line -> assertThat(line).startsWith(cell + ": " + row.getString(2)).endsWith(nearest));
  }

  @Test
  void aRowThatSpeaksOfRegistriesNeedsTheirList() throws Exception {
    byte[] renamed =
        Sheets.spoilt(
            poi ->
                poi.getSheet("Lists")
                    .forEach(
                        row -> {
                          if (row.getCell(0).getStringCellValue().equals("registries")) {
                            row.getCell(0).setCellValue("images");
                          }
                        }));

    assertThat(faults(renamed)).singleElement().asString().startsWith("Kubernetes!I3");
  }

  @Test
  void everyDropDownFitsIntoAWorkbook() {
    for (Sheet<?> sheet : Layout.PLAIN.sheets()) {
      for (Column column : sheet.columns()) {
        assertThat(String.join(",", column.choices()))
            .as(sheet.name() + " " + column.title())
            .hasSizeLessThanOrEqualTo(255);
      }
    }
  }
}
