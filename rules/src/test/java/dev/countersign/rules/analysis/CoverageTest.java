package dev.countersign.rules.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Ruling;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

final class CoverageTest {

  private static final int TABLES = 100;
  private static final LocalDate TODAY = SmallTable.TODAY;
  private static final List<Area.Point> EVERYTHING = Everything.points();

  @Test
  void whatIsShadowedNeverDecidesAndNothingElse() {
    int shadowed = 0;
    for (int seed = 0; seed < TABLES; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(8);
      List<Entry> rows = new Sheets(table.workbook()).sql();
      List<Finding> findings = new Coverage(rows, TODAY).findings();
      for (Entry row : rows) {
        boolean found =
            findings.stream()
                .filter(finding -> finding.kind() != Finding.Kind.REDUNDANT)
                .anyMatch(finding -> finding.rule().equals(row.rule()));
        shadowed += found ? 1 : 0;
        assertThat(found)
            .as("seed %d, %s", seed, row)
            .isEqualTo(isCovered(row, rows, (mine, other) -> other.compareTo(mine) > 0));
      }
    }
    assertThat(shadowed).as("shadowed rows").isGreaterThan(50);
  }

  private static boolean isCovered(
      Entry row, List<Entry> rows, BiPredicate<Verdict, Verdict> wins) {
    return EVERYTHING.stream()
        .filter(point -> row.area().holds(point))
        .allMatch(
            point ->
                rows.stream()
                    .anyMatch(
                        other ->
                            wins.test(row.verdict(), other.verdict())
                                && other.area().holds(point)));
  }

  @Test
  void allRedundantRowsTogetherCanGo() {
    for (int seed = 0; seed < TABLES; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(8);
      Set<String> idle = new HashSet<>();
      new Coverage(new Sheets(table.workbook()).sql(), TODAY)
          .findings()
          .forEach(finding -> idle.add(finding.rule()));
      if (idle.isEmpty()) {
        continue;
      }
      Oracle before = new Oracle(table.policy(), Resource.Kind.POSTGRES);
      Oracle after = new Oracle(new WorkbookPolicy(table.without(idle)), Resource.Kind.POSTGRES);

      for (Area.Point point : EVERYTHING) {
        assertThat(outcome(after.decide(point)))
            .as("seed %d without %s: %s", seed, idle, point)
            .isEqualTo(outcome(before.decide(point)));
      }
    }
  }

  @Test
  void whatStaysIsNeededByItself() {
    for (int seed = 0; seed < TABLES; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(6);
      Set<String> idle = new HashSet<>();
      new Coverage(new Sheets(table.workbook()).sql(), TODAY)
          .findings()
          .forEach(finding -> idle.add(finding.rule()));
      List<Entry> kept = new Sheets(table.without(idle)).sql();
      for (Entry row : kept) {
        boolean differs =
            EVERYTHING.stream()
                .filter(point -> row.area().holds(point))
                .anyMatch(
                    point ->
                        kept.stream()
                            .filter(other -> !other.equals(row))
                            .noneMatch(other -> row.yieldsTo(other) && other.area().holds(point)));
        assertThat(differs).as("seed %d, %s", seed, row).isTrue();
      }
    }
  }

  /** The verdict, and whom an approval waits for. */
  private static Object outcome(Decision decision) {
    return decision instanceof Decision.Approve approve
        ? List.of(decision.verdict(), Optional.of(approve.demand()))
        : List.of(decision.verdict(), Optional.empty());
  }

  @Test
  void theAreaOfARowIsWhatThePolicyMatches() {
    for (int seed = 0; seed < 20; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(8);
      List<Entry> rows = new Sheets(table.workbook()).sql();
      Oracle policy = new Oracle(table.policy(), Resource.Kind.POSTGRES);
      for (Area.Point point : EVERYTHING) {
        List<String> expected =
            rows.stream().filter(row -> row.area().holds(point)).map(Entry::rule).sorted().toList();
        assertThat(policy.rules(point).stream().sorted().toList())
            .as("seed %d, %s", seed, point)
            .isEqualTo(expected.isEmpty() ? List.of(WorkbookPolicy.DEFAULT_RULE) : expected);
      }
    }
  }

  @Test
  void saysWhatMakesARowIdle() {
    SmallTable table =
        new SmallTable(0)
            .row("g", "SELECT", "a.b", Ruling.ALLOW)
            .row("g", "SELECT", "a.*", Ruling.BLOCK)
            .row("h", "DELETE", "c.*", Ruling.ALLOW)
            .row("h", "DELETE", "c.d", Ruling.ALLOW)
            .row("h", "DROP", "*", Ruling.ALLOW)
            .row("h", "DROP", "*", Ruling.BLOCK);

    assertThat(new Coverage(new Sheets(table.workbook()).sql(), TODAY).findings())
        .extracting(Finding::kind, Finding::words)
        .containsExactly(
            tuple(
                Finding.Kind.SHADOWED,
                "R-2 (allow) never decides: whatever it matches, R-3 (block) in row 3 matches too"
                    + " and is stricter."),
            tuple(
                Finding.Kind.REDUNDANT,
                "R-5 (allow) can go: whatever it matches, R-4 (allow) in row 4 matches too, and no"
                    + " verdict would change."),
            tuple(
                Finding.Kind.CONTRADICTION,
                "R-6 (allow) has the same conditions as R-7 (block) in row 7, which is stricter and"
                    + " always wins. Remove one of them."));
  }

  @Test
  void onlyWhatLastsAsLongAndIsEnforcedMakesARowIdle() {
    SmallTable table =
        new SmallTable(0)
            .row("g", "SELECT", "a.b", Ruling.ALLOW)
            .until(TODAY.plusDays(9))
            .row("g", "SELECT", "a.*", Ruling.BLOCK)
            .until(TODAY.plusDays(9))
            .row("h", "SELECT", "a.b", Ruling.ALLOW)
            .until(TODAY.plusDays(9))
            .row("h", "SELECT", "a.*", Ruling.BLOCK)
            .row("x", "SELECT", "a.b", Ruling.ALLOW)
            .observed()
            .row("x", "SELECT", "a.*", Ruling.BLOCK)
            .row("y", "SELECT", "a.b", Ruling.ALLOW)
            .until(TODAY.minusDays(1))
            .row("y", "SELECT", "a.*", Ruling.BLOCK);

    assertThat(
            Analysis.of(table.policy(), Surroundings.on(TODAY)).stream()
                .filter(finding -> finding.sheet().equals(Sheets.SQL))
                .filter(finding -> finding.severity() == Finding.Severity.WARNING))
        .extracting(Finding::kind, Finding::rule)
        .containsExactly(tuple(Finding.Kind.SHADOWED, "R-4"), tuple(Finding.Kind.EXPIRED, "R-9"));
  }
}
