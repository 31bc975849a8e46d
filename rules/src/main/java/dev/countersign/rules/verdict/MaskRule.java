package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Glob;
import java.util.List;

/**
 * A masked column: which columns of which relations, and how.
 *
 * @param relation matches {@code schema.name}
 * @param column matches the column's name
 * @param masker how to hide the value
 * @param sealed whether the column may not even be filtered, ordered, grouped or joined on: a
 *     command that names it anywhere but in a result list is to be refused
 * @param exempt columns that the subject sees as they are, though they match
 * @param because the row of the workbook that says so
 */
public record MaskRule(
    Glob relation,
    Glob column,
    Masker masker,
    boolean sealed,
    List<Exemption> exempt,
    MatchedRow because) {

  /** Columns of relations that a rule does not hide after all. */
  public record Exemption(Glob relation, Glob column) {

    boolean lifts(String relation, String column) {
      return this.relation.matches(relation) && this.column.matches(column);
    }
  }

  public MaskRule {
    requireNonNull(relation, "relation");
    requireNonNull(column, "column");
    requireNonNull(masker, "masker");
    exempt = List.copyOf(exempt);
    requireNonNull(because, "because");
  }

  /** A rule without seal and exemptions. */
  public MaskRule(Glob relation, Glob column, Masker masker, MatchedRow because) {
    this(relation, column, masker, false, List.of(), because);
  }

  /** Whether it hides that column of that relation. */
  public boolean hides(String relation, String column) {
    return this.relation.matches(relation)
        && this.column.matches(column)
        && exempt.stream().noneMatch(exemption -> exemption.lifts(relation, column));
  }
}
