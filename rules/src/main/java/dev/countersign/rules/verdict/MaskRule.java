package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Glob;

/**
 * A masked column: which columns of which relations, and how.
 *
 * @param relation matches {@code schema.name}
 * @param column matches the column's name
 * @param masker how to hide the value
 * @param because the row of the workbook that says so
 */
public record MaskRule(Glob relation, Glob column, Masker masker, MatchedRow because) {

  public MaskRule {
    requireNonNull(relation, "relation");
    requireNonNull(column, "column");
    requireNonNull(masker, "masker");
    requireNonNull(because, "because");
  }
}
