package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Masker;

/** What a row of the sheet Masking does with a column. */
public sealed interface Treatment {

  /** The groups of the row see the column as it is, whatever other rows say. */
  Treatment CLEAR = new Clear();

  /**
   * Its values are hidden.
   *
   * @param masker how
   * @param sealed whether the column may not even be filtered, ordered, grouped or joined on
   */
  record Hide(Masker masker, boolean sealed) implements Treatment {
    public Hide {
      requireNonNull(masker, "masker");
    }
  }

  /**
   * Values of that kind are hidden in whatever result they are found.
   *
   * @param masker how
   */
  record Detect(Detector detector, Masker masker) implements Treatment {
    public Detect {
      requireNonNull(detector, "detector");
      requireNonNull(masker, "masker");
    }
  }

  /** An exemption. */
  record Clear() implements Treatment {}
}
