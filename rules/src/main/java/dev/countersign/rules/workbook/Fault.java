package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One thing in a workbook that cannot be accepted.
 *
 * @param where sheet and cell, e.g. {@code SQL!F7}, or the part of the file
 * @param found what stands there, made printable
 * @param allowed what may stand there
 * @param nearest the allowed value that looks most like what was found
 */
public record Fault(String where, String found, String allowed, Optional<String> nearest) {

  static final String EMPTY_CELL = "an empty cell";

  public Fault {
    requireNonNull(where, "where");
    requireNonNull(found, "found");
    requireNonNull(allowed, "allowed");
    requireNonNull(nearest, "nearest");
  }

  Fault(String where, String found, String allowed) {
    this(where, found, allowed, Optional.empty());
  }

  /** One line for people. */
  @Override
  public String toString() {
    return where
        + ": found "
        + found
        + "; allowed: "
        + allowed
        + nearest.map(value -> "; did you mean \"" + value + "\"?").orElse("");
  }
}
