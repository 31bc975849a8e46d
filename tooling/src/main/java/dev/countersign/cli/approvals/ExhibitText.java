package dev.countersign.cli.approvals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What lies beside a command, for a terminal. */
final class ExhibitText {

  private ExhibitText() {}

  static String of(JsonNode exhibit) {
    String content = exhibit.path("content").asText();
    Optional<String> table =
        exhibit.path("format").asText().equals("table") ? table(content) : Optional.empty();
    return VisibleText.line(exhibit.path("title").asText())
        + "\n"
        + table.orElseGet(() -> VisibleText.lines(content)).indent(2);
  }

  /** Empty if it is no array of objects with the same members: then it is shown as it is. */
  private static Optional<String> table(String content) {
    try {
      JsonNode rows = new JsonMapper().readTree(content);
      List<String> names = new ArrayList<>();
      rows.path(0).fieldNames().forEachRemaining(names::add);
      if (!rows.isArray() || names.isEmpty()) {
        return Optional.empty();
      }
      Table table = new Table(names.toArray(String[]::new));
      for (JsonNode row : rows) {
        if (row.size() != names.size() || !names.stream().allMatch(row::has)) {
          return Optional.empty();
        }
        table.row(names.stream().map(name -> row.path(name).asText()).toArray());
      }
      return Optional.of(table.toString());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
