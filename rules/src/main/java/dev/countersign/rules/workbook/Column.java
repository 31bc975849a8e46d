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
 * @param isLater whether there are workbooks of before it, which do not have it
 */
record Column(
    String title,
    int width,
    boolean required,
    String meaning,
    List<String> choices,
    boolean closed,
    boolean isLater) {

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
    return new Column(title, width, required, meaning, values, true, isLater);
  }

  /** With a drop-down of usual values; others, or several with commas, are right too. */
  Column proposing(List<String> values) {
    return new Column(title, width, required, meaning, values, false, isLater);
  }

  /** One that a sheet may be without: then all its cells are empty. */
  Column later() {
    return new Column(title, width, required, meaning, choices, closed, true);
  }
}
