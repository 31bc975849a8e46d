package dev.countersign.rules.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Ruling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NearMissesTest {

  private static final Resource SHOP =
      new Resource("r", Resource.Kind.POSTGRES, Map.of("environment", "production"));

  private static Subject in(String group) {
    return new Subject("i", "s", "s", Subject.Kind.AGENT, Set.of(group), Optional.empty());
  }

  private static SqlStatement statement(SqlVerb verb, String object) {
    return new SqlStatement(List.of(new SqlAccess(verb, object, Set.of(), true)), Set.of(), false);
  }

  @Test
  void saysWhichOneCellWouldHaveToBeDifferent() {
    SmallTable table =
        new SmallTable(1)
            .row("g", "SELECT", "a.b", Ruling.ALLOW)
            .row("g", "DELETE", "c.*", Ruling.ALLOW)
            .row("dba", "DELETE", "a.*", Ruling.ALLOW)
            .row(
                List.of("*"),
                "*",
                "*",
                List.of("DELETE"),
                "*",
                Condition.WITHOUT_WHERE,
                Ruling.BLOCK)
            .row(List.of("*"), "s", "*", List.of("*"), "*", Condition.ALWAYS, Ruling.BLOCK)
            .row(List.of("*"), "*", "test", List.of("*"), "*", Condition.ALWAYS, Ruling.BLOCK)
            .row("dba", "DROP", "a.*", Ruling.ALLOW)
            .until(SmallTable.TODAY.minusDays(1))
            .row("g", "DELETE", "a.b", Ruling.ALLOW)
            .observed()
            .row("g", "DELETE", "*", Ruling.BLOCK);

    assertThat(
            NearMisses.of(
                table.workbook(),
                SmallTable.TODAY,
                in("g"),
                SHOP,
                statement(SqlVerb.DELETE, "a.b"),
                9))
        .extracting(NearMiss::toString)
        .containsExactly(
            "SQL row 3 (R-3, allow) would match if Object were c.* instead of a.b",
            "SQL row 5 (R-5, block) would match if the statement had no WHERE",
            "SQL row 9 (R-9, allow) would match if its last day were not over",
            "SQL row 10 (R-10, block) would match if Mode were enforce",
            "SQL row 4 (R-4, allow) would match if the subject were in group dba",
            "SQL row 7 (R-7, block) would match if Environment were test instead of production",
            "SQL row 6 (R-6, block) would match if Resource were s instead of r",
            "SQL row 2 (R-2, allow) would match if Action were SELECT instead of DELETE");
  }

  @Test
  void namesExactlyTheRowsThatOneColumnKeepsAway() {
    for (int seed = 0; seed < 40; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(12);
      List<Entry> rows = new Sheets(table.workbook()).sql();
      for (SqlVerb verb : List.of(SqlVerb.SELECT, SqlVerb.DELETE, SqlVerb.DROP)) {
        Area.Point point =
            Sheets.point(in("g"), SHOP, new SqlAccess(verb, "a.b", Set.of(), true), false);
        List<String> expected = new ArrayList<>();
        for (Entry row : rows) {
          long failing = row.area().holdsGroups(point.groups()) ? 0 : 1;
          for (int i = 0; i < point.values().size(); i++) {
            failing += row.area().sides().get(i).holds(point.values().get(i)) ? 0 : 1;
          }
          if (failing == 1) {
            expected.add(row.rule());
          }
        }
        assertThat(
                NearMisses.of(
                    table.workbook(), SmallTable.TODAY, in("g"), SHOP, statement(verb, "a.b"), 99))
            .extracting(NearMiss::rule)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }
}
