package dev.countersign.audit.evidence;

import dev.countersign.audit.replay.VisibleText;
import java.util.List;

/**
 * A table for spreadsheets, RFC 4180. A cell that a spreadsheet would take for a formula begins
 * with an apostrophe, and what cannot be seen is shown.
 */
final class Csv {

  private final StringBuilder out = new StringBuilder();

  Csv(String... heading) {
    row(List.of(heading));
  }

  Csv row(List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      out.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
    }
    out.append("\r\n");
    return this;
  }

  static String cell(String text) {
    String safe = VisibleText.line(text);
    String begin = safe.stripLeading();
    boolean isFormula = !begin.isEmpty() && "=+-@|%".indexOf(begin.charAt(0)) >= 0;
    String inert = isFormula ? "'" + safe : safe;
    return inert.matches("[A-Za-z0-9_.:/ -]*") ? inert : "\"" + inert.replace("\"", "\"\"") + "\"";
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
