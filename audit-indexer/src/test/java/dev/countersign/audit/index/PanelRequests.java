package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.kibana.SavedObjects;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Kibana's panels and saved searches ask for, as requests to Elasticsearch. */
final class PanelRequests {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PanelRequests() {}

  /** By the title of dashboard and panel, or of the search. */
  static Map<String, ObjectNode> all(String index) throws IOException {
    Map<String, ObjectNode> requests = new LinkedHashMap<>();
    for (String line : SavedObjects.ndjson(index).lines().toList()) {
      JsonNode object = JSON.readTree(line);
      JsonNode attributes = object.path("attributes");
      String title = attributes.path("title").asText();
      switch (object.path("type").asText()) {
        case "search" -> {
          JsonNode source =
              JSON.readTree(attributes.at("/kibanaSavedObjectMeta/searchSourceJSON").asText());
          ObjectNode request = request(source.at("/query/query").asText());
          attributes.path("columns").forEach(request.withArray("fields")::add);
          requests.put(title, request);
        }
        case "dashboard" -> {
          for (JsonNode panel : JSON.readTree(attributes.path("panelsJSON").asText())) {
            requests.put(title + ": " + panel.path("title").asText(), panel(panel));
          }
        }
        default -> {}
      }
    }
    return requests;
  }

  private static ObjectNode panel(JsonNode panel) {
    JsonNode state = panel.at("/embeddableConfig/attributes/state");
    ObjectNode request = request(state.at("/query/query").asText());
    for (JsonNode layer : state.at("/datasourceStates/formBased/layers")) {
      int number = 0;
      for (JsonNode column : layer.path("columns")) {
        String field = column.path("sourceField").asText();
        ObjectNode aggregation = request.withObject("/aggs/a" + number++);
        switch (column.path("operationType").asText()) {
          case "count" -> aggregation.putObject("value_count").put("field", "event.action");
          case "terms" -> aggregation.putObject("terms").put("field", field);
          case "unique_count" -> aggregation.putObject("cardinality").put("field", field);
          case "max" -> aggregation.putObject("max").put("field", field);
          case "date_histogram" ->
              aggregation
                  .putObject("date_histogram")
                  .put("field", field)
                  .put("fixed_interval", "1h");
          default -> throw new IllegalStateException("an operation without a request: " + column);
        }
      }
    }
    return request;
  }

  /** The little of KQL that is used, in Elasticsearch's own query syntax. */
  private static ObjectNode request(String kql) {
    String query =
        kql.replaceAll("\\s*:\\s*", ":")
            .replaceAll("\\s*(>=|<=|>|<)\\s*", ":$1")
            .replace(" and ", " AND ")
            .replace(" or ", " OR ")
            .replace("not ", "NOT ");
    ObjectNode request = JSON.createObjectNode().put("size", 1).put("track_total_hits", true);
    if (query.isEmpty()) {
      request.withObject("/query").putObject("match_all");
    } else {
      request.withObject("/query").putObject("query_string").put("query", query);
    }
    return request;
  }

  /** Whether each part of a panel has something to show. */
  static boolean hasData(ObjectNode request, JsonNode response) {
    boolean all = response.at("/hits/total/value").asLong() > 0;
    for (JsonNode aggregation : response.path("aggregations")) {
      boolean isEmptyList = aggregation.has("buckets") && aggregation.path("buckets").isEmpty();
      boolean isNothing = aggregation.has("value") && aggregation.path("value").asDouble() <= 0;
      all &= !isEmptyList && !isNothing;
    }
    if (request.has("fields")) {
      all &= !response.at("/hits/hits/0/fields").isEmpty();
    }
    return all;
  }
}
