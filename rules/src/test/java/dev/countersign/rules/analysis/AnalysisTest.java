package dev.countersign.rules.analysis;

import static dev.countersign.rules.analysis.Finding.Kind.CONFLICT;
import static dev.countersign.rules.analysis.Finding.Kind.GAP;
import static dev.countersign.rules.analysis.Finding.Kind.NEVER_HIT;
import static dev.countersign.rules.analysis.Finding.Kind.NO_APPROVER;
import static dev.countersign.rules.analysis.Finding.Kind.SAME_APPROVERS;
import static dev.countersign.rules.analysis.Finding.Kind.UNMENTIONED_RESOURCE;
import static dev.countersign.rules.analysis.Finding.Kind.UNUSED_LIST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Ruling;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnalysisTest {

  private static final LocalDate TODAY = SmallTable.TODAY;
  private static final Instant SINCE = Instant.parse("2026-11-16T00:00:00Z");

  private static List<Finding> findings(SmallTable table, Surroundings known, Finding.Kind kind) {
    return Analysis.of(table.policy(), known).stream()
        .filter(finding -> finding.kind() == kind)
        .toList();
  }

  private static Surroundings past(Map<String, Long> hits, Map<String, Set<String>> members) {
    return new Surroundings(TODAY, List.of(), Optional.of(new Past(SINCE, hits, members)));
  }

  @Test
  void aConflictHasAnExampleThatTheStricterRowDecides() {
    SmallTable table =
        new SmallTable(0)
            .row("g", "DELETE", "a.*", Ruling.ALLOW)
            .row(
                List.of("*"),
                "*",
                "*",
                List.of("DELETE"),
                "*.b",
                Condition.WITHOUT_WHERE,
                Ruling.BLOCK)
            .row("h", "DELETE", "*.b", Ruling.BLOCK);

    List<Finding> found = findings(table, Surroundings.on(TODAY), CONFLICT);

    assertThat(found).hasSize(1);
    assertThat(found.getFirst().words())
        .isEqualTo(
            "R-3 (block) wins over R-2 (allow) in row 2 where both match. Fine if that is meant.");
    assertThat(found.getFirst().witnesses())
        .containsExactly(
            new Witness(
                Set.of("g"),
                "anything",
                "production",
                "DELETE a.b without WHERE",
                Verdict.BLOCK,
                "R-3"));
  }

  @Test
  void conflictsAreThePairsThatMeetWithoutContainingEachOther() {
    List<Area.Point> everything = Everything.points();
    for (int seed = 0; seed < 40; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(6);
      List<Entry> rows = new Sheets(table.workbook()).sql();
      List<Finding> found =
          new Conflicts(rows, new Oracle(table.policy(), Resource.Kind.POSTGRES)).findings();
      for (Entry row : rows) {
        boolean expected =
            rows.stream()
                .anyMatch(
                    other ->
                        row.verdict().compareTo(other.verdict()) > 0
                            && meetPartly(row.area(), other.area(), everything));
        assertThat(found.stream().anyMatch(finding -> finding.rule().equals(row.rule())))
            .as("seed %d, %s", seed, row)
            .isEqualTo(expected);
      }
      found.forEach(
          finding ->
              assertThat(finding.witnesses())
                  .allMatch(witness -> witness.verdict().compareTo(Verdict.APPROVE) >= 0));
    }
  }

  private static boolean meetPartly(Area one, Area other, List<Area.Point> everything) {
    boolean meet = false;
    boolean oneAlone = false;
    boolean otherAlone = false;
    for (Area.Point point : everything) {
      boolean inOne = one.holds(point);
      boolean inOther = other.holds(point);
      meet |= inOne && inOther && point.groups().size() < 2;
      oneAlone |= inOne && !inOther;
      otherAlone |= inOther && !inOne;
    }
    return meet && oneAlone && otherAlone;
  }

  @Test
  void everyGapIsBlockedForEverybodyAndNoOtherActionIsAGap() {
    for (int seed = 0; seed < 40; seed++) {
      SmallTable table = new SmallTable(seed).randomRows(4);
      WorkbookPolicy policy = table.policy();
      Surroundings known =
          new Surroundings(
              TODAY,
              List.of(new Resource("r", Resource.Kind.POSTGRES, Map.of())),
              Optional.empty());
      List<Witness> gaps = new ArrayList<>();
      for (Finding.Kind kind : List.of(GAP, UNMENTIONED_RESOURCE)) {
        findings(table, known, kind).forEach(finding -> gaps.addAll(finding.witnesses()));
      }
      assertThat(gaps).allMatch(gap -> gap.rule().equals(WorkbookPolicy.DEFAULT_RULE));

      Set<String> missing = new HashSet<>();
      gaps.stream()
          .filter(gap -> gap.resource().equals("r") && gap.environment().isEmpty())
          .forEach(gap -> missing.add(gap.command().split(" ", -1)[0]));
      Set<String> mentioned = new HashSet<>();
      Oracle oracle = new Oracle(policy, Resource.Kind.POSTGRES);
      for (Area.Point point : Everything.points()) {
        List<String> values = point.values();
        if (values.getFirst().equals("r")
            && values.get(1).isEmpty()
            && !oracle.rules(point).contains(WorkbookPolicy.DEFAULT_RULE)) {
          mentioned.add(values.get(2));
        }
      }
      for (SqlVerb verb : List.of(SqlVerb.SELECT, SqlVerb.DELETE, SqlVerb.DROP)) {
        assertThat(missing.contains(verb.name()))
            .as("seed %d, %s", seed, verb)
            .isNotEqualTo(mentioned.contains(verb.name()));
      }
    }
  }

  @Test
  void anApprovalNeedsSomebodyElse() {
    SmallTable table =
        new SmallTable(0)
            .row("dba", "DELETE", "a.b", SmallTable.approve("dba"))
            .row("g", "DELETE", "c.d", SmallTable.approve("x"));

    assertThat(findings(table, Surroundings.on(TODAY), SAME_APPROVERS))
        .extracting(Finding::where)
        .containsExactly("SQL row 2, Approvers");
    assertThat(
            findings(
                table, past(Map.of(), Map.of("dba", Set.of("bob"), "x", Set.of())), NO_APPROVER))
        .extracting(Finding::words)
        .containsExactly(
            "R-2 waits for 1 of dba besides who asks. Since 2026-11-16 only bob was seen of them.",
            "R-3 waits for 1 of x. Since 2026-11-16 nobody was seen of them.");
    assertThat(
            findings(
                table,
                past(Map.of(), Map.of("dba", Set.of("bob", "eve"), "x", Set.of("bob"))),
                NO_APPROVER))
        .isEmpty();
  }

  @Test
  void namesWhatNobodyUses() {
    SmallTable table =
        new SmallTable(0)
            .row("g", "SELECT", "@some", Ruling.ALLOW)
            .row("g", "DELETE", "a.b", Ruling.ALLOW)
            .list("idle", "x")
            .list("environments", "moon");

    assertThat(findings(table, Surroundings.on(TODAY), UNUSED_LIST))
        .extracting(Finding::rule)
        .containsExactly("idle");
    assertThat(findings(table, past(Map.of("R-2", 3L), Map.of()), NEVER_HIT))
        .extracting(Finding::rule)
        .containsExactly("R-3");
  }
}
