package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A column of a sheet.
 *
 * @param title as in the header
 * @param width in characters
 * @param required whether its cells must be filled
 * @param meaning for the person who fills it
 * @param choices what its drop-down offers; empty for none
 * @param closed whether nothing but a choice is right
 * @param late whether workbooks are older than it: where it is not there it is empty
 */
record Column(
    String title,
    int width,
    boolean required,
    String meaning,
    List<String> choices,
    boolean closed,
    boolean late) {

  Column {
    requireNonNull(title, "title");
    requireNonNull(meaning, "meaning");
    choices = List.copyOf(choices);
  }

  Column(String title, int width, boolean required, String meaning) {
    this(title, width, required, meaning, List.of(), false, false);
  }

  /** With a drop-down of all values that are right. */
  Column choosing(List<String> values) {
    return new Column(title, width, required, meaning, values, true, late);
  }

  /** With a drop-down of usual values; others, or several with commas, are right too. */
  Column proposing(List<String> values) {
    return new Column(title, width, required, meaning, values, false, late);
  }

  /** The same as one that workbooks may do without. */
  Column addedLater() {
    return new Column(title, width, required, meaning, choices, closed, true);
  }
}
