package dev.countersign.rules.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.analysis.RowChange.Edit;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.workbook.Ruling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChangeTest {

  @Test
  void rowsAreComparedCellByCell() {
    SmallTable before =
        new SmallTable(0)
            .row("g", "SELECT", "a.b", Ruling.ALLOW)
            .row("g", "DELETE", "a.b", Ruling.BLOCK);
    SmallTable after =
        new SmallTable(0).row("g", "SELECT", "a.*", SmallTable.approve("x")).list("more", "y");

    List<RowChange> changes = RowChange.between(before.workbook(), after.workbook());

    assertThat(changes).hasSize(3);
    assertThat(changes.get(0))
        .isEqualTo(
            new RowChange(
                RowChange.Kind.CHANGED,
                "SQL",
                2,
                "R-2",
                Map.of(
                    "Object", new Edit("a.b", "a.*"),
                    "Verdict", new Edit("allow", "approve"),
                    "Approvers", new Edit("", "x"),
                    "Expires", new Edit("", "5 minutes"))));
    assertThat(changes.get(1).kind()).isEqualTo(RowChange.Kind.REMOVED);
    assertThat(changes.get(1).cells()).containsEntry("Action", new Edit("DELETE", ""));
    assertThat(changes.get(2))
        .isEqualTo(
            new RowChange(
                RowChange.Kind.ADDED, "Lists", 0, "more", Map.of("Value", new Edit("", "y"))));
  }

  @Test
  void samplesFindEveryDifferenceOfOneAccess() {
    int different = 0;
    for (int seed = 0; seed < 60; seed++) {
      SmallTable one = new SmallTable(seed).randomRows(4);
      SmallTable other = new SmallTable(seed).randomRows(4);
      if (seed % 3 > 0) {
        other.randomRows(1);
      }
      WorkbookPolicy before = new WorkbookPolicy(one.workbook());
      WorkbookPolicy after = new WorkbookPolicy(other.workbook());
      Oracle first = new Oracle(before, Resource.Kind.POSTGRES);
      Oracle second = new Oracle(after, Resource.Kind.POSTGRES);
      boolean differ =
          Everything.points().stream()
              .anyMatch(
                  point -> !outcome(first.decide(point)).equals(outcome(second.decide(point))));
      different += differ ? 1 : 0;

      boolean found =
          Samples.of(List.of(one.workbook(), other.workbook())).stream()
              .anyMatch(sample -> Change.between(before, after, sample).isPresent());

      assertThat(found).as("seed %d", seed).isEqualTo(differ);
    }
    assertThat(different).isBetween(10, 50);
  }

  /** The verdict, and whom an approval waits for. */
  private static Object outcome(Decision decision) {
    return decision instanceof Decision.Approve approve
        ? List.of(decision.verdict(), Optional.of(approve.demand()))
        : List.of(decision.verdict(), Optional.empty());
  }
}
