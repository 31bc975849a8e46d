package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values that look like what they hide, as psql gets them. */
final class FormatMaskIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.policy.activate(
        new OpenHandedPolicy(
            new MaskPlan(
                Stream.of("ssn", "pin", "salary", "born", "tags")
                    .map(FormatMaskIT::format)
                    .toList())));
    door.shop.run(
        "CREATE TABLE person (id int, ssn text, pin int, salary numeric(12, 2), born date, tags"
            + " text[]); GRANT ALL ON person TO gateway; INSERT INTO person VALUES (1,"
            + " '913-66-1234', 4711, 12345.60, '1906-12-09', '{a}'), (2, '913-66-1234', 4711,"
            + " 12345.60, '1906-12-09', '{b}')");
  }

  private static MaskRule format(String column) {
    return new MaskRule(
        new Glob("public.person"),
        new Glob(column),
        Masker.FORMAT,
        new MatchedRow("MSK-001", "Masking", 2, Verdict.MASK, "", "looks alike", "", List.of()));
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
