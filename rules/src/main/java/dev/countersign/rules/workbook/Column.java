package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

/**
 * A column of a sheet.
 *
 * @param title as in the header
 * @param width in characters
 * @param required whether its cells must be filled
 * @param meaning for the person who fills it
 */
record Column(String title, int width, boolean required, String meaning) {

  Column {
    requireNonNull(title, "title");
    requireNonNull(meaning, "meaning");
  }
}
