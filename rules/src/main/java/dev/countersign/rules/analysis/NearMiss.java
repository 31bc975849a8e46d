package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;
import java.util.Locale;

/**
 * A row that did not match a part of a command because of one cell.
 *
 * @param sheet where the row stands
 * @param row as Excel counts
 * @param rule the row's id
 * @param verdict what it would have asked for
 * @param part the part of the command, e.g. {@code DELETE public.orders}
 * @param column the title of the cell's column
 * @param found what the command has there
 * @param words what would have to be different, e.g. {@code Action were SELECT}
 */
public record NearMiss(
    String sheet,
    int row,
    String rule,
    Verdict verdict,
    String part,
    String column,
    String found,
    String words) {

  public NearMiss {
    requireNonNull(sheet, "sheet");
    requireNonNull(rule, "rule");
    requireNonNull(verdict, "verdict");
    requireNonNull(part, "part");
    requireNonNull(column, "column");
    requireNonNull(found, "found");
    requireNonNull(words, "words");
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "%s row %d (%s, %s) would match if %s"
        .formatted(sheet, row, rule, verdict.name().toLowerCase(Locale.ROOT), words);
  }
}
