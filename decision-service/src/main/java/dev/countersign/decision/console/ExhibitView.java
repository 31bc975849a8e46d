package dev.countersign.decision.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.decision.approval.Exhibit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lies beside a command, to be looked at.
 *
 * @param isDiff whether it is a difference, for the style sheet
 * @param table its rows if it is a table, the names of its columns first
 */
record ExhibitView(String title, Shown text, boolean isDiff, Optional<List<List<String>>> table) {

  private static final JsonMapper JSON = mapper();

  private static JsonMapper mapper() {
    JsonMapper mapper = new JsonMapper();
    mapper
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build());
    return mapper;
  }

  static ExhibitView of(Exhibit exhibit) {
    return switch (exhibit.format()) {
      case TEXT -> plain(exhibit, Shown.text(exhibit.content()), false);
      case DIFF -> plain(exhibit, Shown.diff(exhibit.content()), true);
      case TABLE ->
          table(exhibit.content())
              .map(
                  rows ->
                      new ExhibitView(
                          Shown.line(exhibit.title()), Shown.text(""), false, Optional.of(rows)))
              .orElseGet(() -> plain(exhibit, Shown.text(exhibit.content()), false));
    };
  }

  private static ExhibitView plain(Exhibit exhibit, Shown text, boolean isDiff) {
    return new ExhibitView(Shown.line(exhibit.title()), text, isDiff, Optional.empty());
  }

  /** Empty if it is no array of objects: then it is shown as it is. */
  private static Optional<List<List<String>>> table(String content) {
    try {
      JsonNode array = JSON.readTree(content);
      if (!array.isArray() || array.isEmpty() || !array.get(0).isObject()) {
        return Optional.empty();
      }
      List<String> names = new ArrayList<>();
      array.get(0).fieldNames().forEachRemaining(names::add);
      List<List<String>> rows = new ArrayList<>();
      rows.add(names.stream().map(Shown::line).toList());
      for (JsonNode row : array) {
        if (row.size() != names.size() || !names.stream().allMatch(row::has)) {
          return Optional.empty();
        }
        rows.add(names.stream().map(name -> Shown.line(row.path(name).asText())).toList());
      }
      return Optional.of(List.copyOf(rows));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  List<String> head() {
    return table.map(List::getFirst).orElse(List.of());
  }

  List<List<String>> body() {
    return table.map(rows -> rows.subList(1, rows.size())).orElse(List.of());
  }
}
