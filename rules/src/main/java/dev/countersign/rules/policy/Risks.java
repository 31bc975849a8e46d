package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.RiskFactor;
import dev.countersign.rules.workbook.RiskRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Set;

/**
 * The rows of the sheet Risk. The points of all factors that are true of a command add up; each
 * threshold that the sum reaches is a matching row like any other, so it can only step a verdict
 * up.
 */
final class Risks {

  private record Factor(RiskRow row, RiskFactor factor, Reach reach) {}

  private record Threshold(RiskRow row, RiskRow.Threshold part, Reach reach) {}

  private final List<Factor> factors;
  private final List<Threshold> thresholds;

  Risks(Workbook workbook) {
    factors =
        workbook.risk().stream()
            .filter(row -> row.part() instanceof RiskRow.Factor)
            .map(
                row ->
                    new Factor(
                        row,
                        ((RiskRow.Factor) row.part()).factor(),
                        Reach.of(row.scope(), workbook)))
            .toList();
    thresholds =
        workbook.risk().stream()
            .filter(row -> row.part() instanceof RiskRow.Threshold)
            .map(
                row ->
                    new Threshold(
                        row, (RiskRow.Threshold) row.part(), Reach.of(row.scope(), workbook)))
            .toList();
  }

  boolean isEmpty() {
    return thresholds.isEmpty();
  }

  void judge(Subject subject, Resource resource, Set<RiskFactor> isTrue, Judgement judgement) {
    int total = 0;
    StringBuilder sum = new StringBuilder();
    for (Factor factor : factors) {
      if (isTrue.contains(factor.factor())
          && judgement.counts(factor.row())
          && factor.reach().covers(subject.groups(), resource)) {
        total += factor.row().points();
        sum.append(sum.isEmpty() ? "" : " + ")
            .append(factor.row().id())
            .append(' ')
            .append(factor.row().points());
      }
    }
    for (Threshold threshold : thresholds) {
      if (total >= threshold.row().points()
          && threshold.reach().covers(subject.groups(), resource)) {
        judgement.add(threshold.row(), threshold.part().ruling(), "risk " + total + ": " + sum);
      }
    }
  }
}
