package dev.countersign.rules.pack;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;

/**
 * What the workbook says of the command.
 *
 * @param verdict its verdict, which packs can only make stricter
 */
public record Judged(Verdict verdict) {

  public Judged {
    requireNonNull(verdict, "verdict");
  }
}
