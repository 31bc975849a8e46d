package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.VERDICT;

import dev.countersign.rules.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sheet Risk: points for what makes a command riskier, and what so many points ask for. */
record RiskSheet(RuleCells rules) implements Sheet<RiskRow> {

  private static final String FACTOR = "Factor";
  private static final String POINTS = "Points";

  /** The word of the column Factor that makes a row a threshold. */
  private static final String TOTAL = "total";

  private static final List<String> VERDICTS =
      Vocabulary.words(List.of(Verdict.APPROVE, Verdict.BLOCK));

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                      FACTOR,
                      20,
                      true,
                      "What is true of the command. All factors that are true add up. total: the"
                          + " row says what a command with at least so many points needs.")
                  .choosing(factors()),
              new Column(
                  POINTS,
                  9,
                  true,
                  "What the factor counts, or, with total, from how many points on the row holds; 1"
                      + " to 1000.")),
          thresholds());

  private static List<Column> thresholds() {
    List<Column> columns = new ArrayList<>();
    columns.add(
        new Column(
                VERDICT,
                10,
                false,
                "Only with total: approve or block. It can only make a verdict stricter.")
            .choosing(VERDICTS));
    columns.addAll(Columns.APPROVAL);
    return columns;
  }

  private static List<String> factors() {
    List<String> words = new ArrayList<>(Vocabulary.words(Arrays.asList(RiskFactor.values())));
    words.add(TOTAL);
    return words;
  }

  @Override
  public String name() {
    return Columns.RISK;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<RiskRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    String factor = cells.word(FACTOR, factors());
    cells.raw(POINTS);
    Optional<Integer> points = cells.count(POINTS, 1, RiskRow.MOST_POINTS);
    Optional<Ruling> ruling = ruling(cells, factor);
    if (cells.faults() != before) {
      return Optional.empty();
    }
    RiskRow.Part part =
        ruling.isPresent()
            ? new RiskRow.Threshold(ruling.get())
            : new RiskRow.Factor(Vocabulary.constant(RiskFactor.class, factor));
    return Optional.of(
        new RiskRow(particulars.orElseThrow(), scope.orElseThrow(), points.orElseThrow(), part));
  }

  private static Optional<Ruling> ruling(Cells cells, String factor) {
    Optional<String> verdict = cells.present(VERDICT);
    if (factor.equals(TOTAL)) {
      if (verdict.isEmpty()) {
        cells.fault(VERDICT, "an empty cell with total", String.join(", ", VERDICTS));
      }
      return RulingCells.read(cells, VERDICTS);
    }
    verdict.ifPresent(
        word -> cells.fault(VERDICT, Vocabulary.quote(word), "empty, unless the factor is total"));
    RulingCells.refuseApproval(cells);
    return Optional.empty();
  }

  @Override
  public Map<String, String> write(RiskRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(POINTS, String.valueOf(row.points()));
    switch (row.part()) {
      case RiskRow.Factor(RiskFactor factor) -> cells.put(FACTOR, Vocabulary.word(factor));
      case RiskRow.Threshold(Ruling ruling) -> {
        cells.put(FACTOR, TOTAL);
        RulingCells.write(ruling, cells);
      }
    }
    return cells;
  }
}
