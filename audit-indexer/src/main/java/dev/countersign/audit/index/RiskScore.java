package dev.countersign.audit.index;

import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The points of a command, as the rows of the sheet Risk that matched tell them. */
final class RiskScore {

  private static final String SHEET = "Risk";
  private static final Pattern POINTS = Pattern.compile("risk (\\d{1,9})\\b.*", Pattern.DOTALL);

  private RiskScore() {}

  static OptionalLong of(List<MatchedRow> rows) {
    return rows.stream()
        .filter(row -> row.sheet().equals(SHEET))
        .map(row -> POINTS.matcher(row.part()))
        .filter(Matcher::matches)
        .mapToLong(match -> Long.parseLong(match.group(1)))
        .max();
  }
}
