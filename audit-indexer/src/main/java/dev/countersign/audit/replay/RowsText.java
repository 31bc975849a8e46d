package dev.countersign.audit.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** Recorded rows as a table. Lines that are no JSON array are shown as they are. */
final class RowsText {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_ROWS = 200;
  private static final int MOST_COLUMNS = 100;
  private static final int WIDEST = 60;

  private RowsText() {}

  static String of(String content) {
    List<String> lines = content.lines().toList();
    List<List<String>> rows = new ArrayList<>();
    for (String line : lines.subList(0, Math.min(lines.size(), MOST_ROWS))) {
      rows.add(cells(line));
    }
    String table = table(rows);
    return lines.size() > MOST_ROWS
        ? table + "\n… [cut: " + (lines.size() - MOST_ROWS) + " of " + lines.size() + " rows]"
        : table;
  }

  private static List<String> cells(String line) {
    try {
      JsonNode row = JSON.readTree(line);
      if (row.isArray()) {
        List<String> cells = new ArrayList<>();
        for (JsonNode cell : row) {
          if (cells.size() == MOST_COLUMNS) {
            cells.add("…");
            return cells;
          }
          cells.add(cell.isNull() ? "NULL" : VisibleText.excerpt(cell.asText(), WIDEST));
        }
        return cells;
      }
    } catch (JsonProcessingException notARow) {
      return List.of(VisibleText.line(line));
    }
    return List.of(VisibleText.line(line));
  }

  private static String table(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = row.get(i).codePointCount(0, row.get(i).length());
        if (i == widths.size()) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), width));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        line.append(i == 0 ? "" : " | ").append(cell);
        line.append(" ".repeat(widths.get(i) - cell.codePointCount(0, cell.length())));
      }
      lines.add(line.toString().stripTrailing());
    }
    return String.join("\n", lines);
  }
}
