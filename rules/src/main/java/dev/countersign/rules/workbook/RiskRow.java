package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

/**
 * A row of the sheet Risk: a factor that counts, or a total from which on a verdict is stepped up.
 *
 * @param points what the factor counts, or how many there must be
 * @param part which of both
 */
public record RiskRow(Particulars particulars, Scope scope, int points, Part part)
    implements RuleRow {

  public static final int MOST_POINTS = 1_000;

  /** What a row of the sheet Risk is. */
  public sealed interface Part {}

  /** The points count for commands of which this is true. */
  public record Factor(RiskFactor factor) implements Part {
    public Factor {
      requireNonNull(factor, "factor");
    }
  }

  /** Commands with so many points need at least this. */
  public record Threshold(Ruling ruling) implements Part {
    public Threshold {
      requireNonNull(ruling, "ruling");
    }
  }

  public RiskRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    requireNonNull(part, "part");
    if (points < 1 || points > MOST_POINTS) {
      throw new IllegalArgumentException("1 to 1000 points: " + points);
    }
  }

  @Override
  public String sheet() {
    return Columns.RISK;
  }
}
