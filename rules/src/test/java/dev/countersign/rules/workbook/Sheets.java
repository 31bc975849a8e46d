package dev.countersign.rules.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** A small sound workbook, and ways to spoil it. */
final class Sheets {

  static final Workbook SOUND =
      new Workbook(
          ordered("Policy name", "Ein Beispiel für Prüfer"),
          List.of(
              new SqlRow(
                  new Particulars(
                      2,
                      "SQL-001",
                      "Lesen für alle",
                      "Lesen ist erlaubt – \"immer\"",
                      "",
                      List.of("AC-3", "CM-3(1)"),
                      "shop team",
                      new Validity(
                          Optional.of(LocalDate.of(2026, 2, 28)),
                          Optional.of(LocalDate.of(2026, 12, 31))),
                      Mode.OBSERVE),
                  new Scope(List.of("ai-agents", "@team"), "@shops", "*"),
                  List.of("SELECT"),
                  "public.*",
                  Condition.ALWAYS,
                  Ruling.ALLOW),
              new SqlRow(
                  Particulars.of(3, "SQL-002", "too wide", "add a WHERE", List.of()),
                  new Scope(List.of("*"), "shop-*", "production"),
                  List.of("DELETE", "UPDATE"),
                  "@tables",
                  Condition.WITHOUT_WHERE,
                  new Ruling.Approve(
                      List.of("dba", "@team"),
                      2,
                      Duration.ofMinutes(90),
                      Optional.of(new PreApprovalTerms(Duration.ofHours(4), true)))),
              new SqlRow(
                  Particulars.of(4, "SQL-003", "opaque", "", List.of()),
                  new Scope(List.of("*"), "*", "moon"),
                  List.of("*"),
                  "-",
                  Condition.OPAQUE,
                  Ruling.BLOCK)),
          List.of(
              new GitRow(
                  Particulars.of(2, "GIT-001", "main is reviewed", "open a request", List.of()),
                  new Scope(List.of("*"), "*.git", "*"),
                  List.of("fast-forward", "move-tag"),
                  "refs/heads/main",
                  ".github/*",
                  GitCondition.LINK,
                  new Ruling.Approve(List.of("maintainers"), 3, Duration.ofDays(1)))),
          List.of(
              new KubernetesRow(
                  Particulars.of(2, "KUB-001", "secrets are masked", "", List.of("SC-28")),
                  new Scope(List.of("*"), "prod-*", "*"),
                  List.of("get", "list"),
                  "secrets",
                  "-",
                  KubeCondition.ALWAYS,
                  Ruling.MASK),
              new KubernetesRow(
                  Particulars.of(3, "KUB-002", "not our image", "", List.of()),
                  new Scope(List.of("*"), "*", "*"),
                  List.of("*"),
                  "deployments.apps/scale",
                  "@shops",
                  KubeCondition.FOREIGN_IMAGE,
                  Ruling.BLOCK),
              new KubernetesRow(
                  Particulars.of(4, "KUB-003", "looking around", "", List.of()),
                  new Scope(List.of("*"), "*", "*"),
                  List.of("create"),
                  "pods/exec",
                  "dev",
                  KubeCondition.ALWAYS,
                  "ls -l /var/*",
                  Ruling.ALLOW)),
          List.of(
              new MaskingRow(
                  Particulars.of(2, "MSK-001", "personal", "ask", List.of("AC-3")),
                  new Scope(List.of("*"), "*", "*"),
                  "public.customers",
                  "e*mail",
                  new Treatment.Hide(Masker.NULL, true)),
              new MaskingRow(
                  new Particulars(
                      3,
                      "MSK-002",
                      "",
                      "the fraud case of May",
                      "",
                      List.of(),
                      "",
                      new Validity(Optional.empty(), Optional.of(LocalDate.of(2026, 6, 30))),
                      Mode.ENFORCE),
                  new Scope(List.of("fraud"), "*", "*"),
                  "public.customers",
                  "*",
                  Treatment.CLEAR)),
          List.of(
              new AccessRow(
                  Particulars.of(2, "ACC-001", "at work only", "", List.of("AC-2(3)")),
                  new Scope(List.of("@team"), "*", "*"),
                  Duration.ofDays(5),
                  new Hours(
                      Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                      LocalTime.of(8, 0),
                      LocalTime.of(18, 30)),
                  Ruling.ALLOW),
              new AccessRow(
                  Particulars.of(3, "ACC-002", "never", "", List.of()),
                  new Scope(List.of("interns"), "*", "production"),
                  AccessRow.LONGEST,
                  Hours.ALWAYS,
                  Ruling.BLOCK)),
          List.of(
              new RiskRow(
                  Particulars.of(2, "RSK-001", "changes are riskier", "", List.of("RA-3")),
                  new Scope(List.of("*"), "*", "*"),
                  25,
                  new RiskRow.Factor(RiskFactor.OFF_HOURS)),
              new RiskRow(
                  Particulars.of(3, "RSK-002", "too risky", "", List.of()),
                  new Scope(List.of("*"), "*", "*"),
                  60,
                  new RiskRow.Threshold(Ruling.BLOCK))),
          lists(),
          List.of(
              new TestRow(
                  2,
                  "T-1",
                  List.of("ai-agents"),
                  "shop",
                  "",
                  "SELECT 1,\n 'ü'",
                  Verdict.MASK,
                  "")));

  private Sheets() {}

  private static Map<String, String> ordered(String key, String value) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put("Owner", "officers");
    return map;
  }

  private static Map<String, List<String>> lists() {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    lists.put("team", List.of("g1", "Domain Users"));
    lists.put("shops", List.of("shop", "shop-*"));
    lists.put("tables", List.of("public.orders", "sales.*"));
    lists.put("registries", List.of("images.example/*"));
    lists.put("environments", List.of("moon"));
    return lists;
  }

  static byte[] written(Workbook workbook) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WorkbookWriter.write(workbook, out);
    return out.toByteArray();
  }

  /** Something that is done to a workbook. */
  interface Spoiling {
    void spoil(XSSFWorkbook poi) throws Exception;
  }

  /** The sound workbook, spoilt. */
  static byte[] spoilt(Spoiling spoiling) throws Exception {
    try (XSSFWorkbook poi = new XSSFWorkbook(new ByteArrayInputStream(written(SOUND)))) {
      spoiling.spoil(poi);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      poi.write(out);
      return out.toByteArray();
    }
  }

  /** The sound workbook with one text at an address, by itself one of the sheet SQL. */
  static byte[] with(String address, String text) throws Exception {
    return spoilt(
        poi -> {
          var at = new CellReference(address);
          String sheet = at.getSheetName() == null ? "SQL" : at.getSheetName();
          poi.getSheet(sheet).getRow(at.getRow()).getCell(at.getCol()).setCellValue(text);
        });
  }

  /** The lines of the faults that come of it. */
  static List<String> faults(byte[] bytes) {
    Reading reading = WorkbookReader.read(bytes);
    assertThat(reading).isInstanceOf(Faults.class);
    return ((Faults) reading).lines();
  }

  /** What is done to one part of the zip file. */
  interface PartChange {
    byte[] change(String name, byte[] content);
  }

  /** The sound workbook with its parts changed and one more appended. */
  static byte[] repacked(PartChange change, String further, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(written(SOUND)));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        zip.putNextEntry(new ZipEntry(entry.getName()));
        zip.write(change.change(entry.getName(), in.readAllBytes()));
      }
      if (!further.isEmpty()) {
        zip.putNextEntry(new ZipEntry(further));
        zip.write(content);
      }
    }
    return out.toByteArray();
  }
}
