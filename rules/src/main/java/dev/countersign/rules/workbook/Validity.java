package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The days on which a row holds, in UTC. Both ends are days on which it does.
 *
 * @param from the first day; empty for any
 * @param until the last day; empty for no end
 */
public record Validity(Optional<LocalDate> from, Optional<LocalDate> until) {

  public static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty());

  public Validity {
    requireNonNull(from, "from");
    requireNonNull(until, "until");
    if (from.isPresent() && until.isPresent() && until.get().isBefore(from.get())) {
      throw new IllegalArgumentException("a row ends before it begins");
    }
  }

  public boolean covers(LocalDate day) {
    return (from.isEmpty() || !day.isBefore(from.get()))
        && (until.isEmpty() || !day.isAfter(until.get()));
  }
}
