package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values that look like what they hide, as psql gets them. */
final class FormatMaskIT {

  private static final Scope EVERYWHERE = new Scope(List.of("*"), "*", "*");

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.policy.activate(new WorkbookPolicy(workbook()));
    door.shop.run(
        "CREATE TABLE person (id int, ssn text, pin int, salary numeric(12, 2), born date, tags"
            + " text[]); GRANT ALL ON person TO gateway; INSERT INTO person VALUES (1,"
            + " '913-66-1234', 4711, 12345.60, '1906-12-09', '{a}'), (2, '913-66-1234', 4711,"
            + " 12345.60, '1906-12-09', '{b}')");
  }

  private static Workbook workbook() {
    SqlRow all =
        new SqlRow(
            Particulars.of(2, "SQL-001", "everything", "", List.of("AC-3")),
            EVERYWHERE,
            List.of("*"),
            "*",
            Condition.ALWAYS,
            Ruling.ALLOW);
    return new Workbook(
        Map.of(),
        List.of(all),
        List.of(
            format(2, "ssn"),
            format(3, "pin"),
            format(4, "salary"),
            format(5, "born"),
            format(6, "tags")),
        Map.of(),
        List.of());
  }

  private static MaskingRow format(int number, String column) {
    return new MaskingRow(
        Particulars.of(number, "MSK-00" + number, "looks alike", "", List.of("SI-19")),
        EVERYWHERE,
        "public.person",
        column,
        new Treatment.Hide(Masker.FORMAT, false));
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void valuesLookAlikeAndEqualOnesStayEqual() throws Exception {
    String printed = door.psql("SELECT ssn, pin, salary, born, tags FROM person").text();

    List<String> rows = printed.lines().filter(line -> line.matches("\\d.*")).toList();
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst())
        .matches("\\d{3}-\\d{2}-\\d{4}\\|[1-9]\\d{3}\\|[1-9]\\d{4}\\.\\d{2}\\|1906-01-01\\|")
        .doesNotContain("913-66-1234", "4711", "12345.60")
        .isEqualTo(rows.getLast());
  }

  /** Nobody learns the form of a value by writing it where only that is hidden. */
  @Test
  void whatIsMaskedIsNotWrittenThere() throws Exception {
    assertThat(door.psql("UPDATE person SET ssn = tags[1]").text()).contains("PG-MASKED-COPY");
  }
}
