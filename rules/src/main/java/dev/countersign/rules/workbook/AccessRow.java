package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A row of the sheet Access: who may be granted access to what.
 *
 * @param longest the longest time that it grants; a row that blocks does so for any time
 * @param standing whether those it is about need no grant at all
 * @param hours when it may be asked for
 * @param ruling allow grants by itself, approve after people said yes
 */
public record AccessRow(
    Particulars particulars,
    Scope scope,
    Duration longest,
    boolean standing,
    Hours hours,
    Ruling ruling)
    implements RuleRow {

  /** No row grants longer. */
  public static final Duration LONGEST = Duration.ofDays(30);

  public AccessRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    requireNonNull(hours, "hours");
    requireNonNull(ruling, "ruling");
    if (!longest.isPositive() || longest.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a grant lasts up to 30 days: " + longest);
    }
    if (standing && !ruling.equals(Ruling.ALLOW)) {
      throw new IllegalArgumentException("standing access is allowed or not there");
    }
  }

  /** A row about grants. */
  public AccessRow(
      Particulars particulars, Scope scope, Duration longest, Hours hours, Ruling ruling) {
    this(particulars, scope, longest, false, hours, ruling);
  }

  @Override
  public String sheet() {
    return Columns.ACCESS;
  }
}
