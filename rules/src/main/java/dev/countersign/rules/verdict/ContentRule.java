package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

/**
 * A kind of content that is masked wherever it is found in a result.
 *
 * @param detector what finds it
 * @param masker how to hide the value it is found in
 * @param because the row of the workbook that says so
 */
public record ContentRule(Detector detector, Masker masker, MatchedRow because) {

  public ContentRule {
    requireNonNull(detector, "detector");
    requireNonNull(masker, "masker");
    requireNonNull(because, "because");
  }
}
