package dev.countersign.rules.workbook;

import java.util.List;
import java.util.stream.Stream;

/** The sheets of a workbook in their order; all of them have to be there. */
record Layout(
    SqlSheet sql,
    GitSheet git,
    KubernetesSheet kubernetes,
    MaskingSheet masking,
    AccessSheet access,
    RiskSheet risk,
    ListsSheet lists,
    TestsSheet tests) {

  /** Without environments of its own. */
  static final Layout PLAIN = of(List.of());

  /**
   * @param environments what the set environments of the sheet Lists adds
   */
  static Layout of(List<String> environments) {
    RuleCells rules = new RuleCells(environments);
    return new Layout(
        new SqlSheet(rules),
        new GitSheet(rules),
        new KubernetesSheet(rules),
        new MaskingSheet(rules),
        new AccessSheet(rules),
        new RiskSheet(rules),
        new ListsSheet(),
        new TestsSheet(rules));
  }

  /** The sheets with a header. */
  List<Sheet<?>> sheets() {
    return List.of(sql, git, kubernetes, masking, access, risk, lists, tests);
  }

  static List<String> names() {
    return Stream.concat(PLAIN.sheets().stream().map(Sheet::name), Stream.of(Columns.ABOUT))
        .toList();
  }
}
