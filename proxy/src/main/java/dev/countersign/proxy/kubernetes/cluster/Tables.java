package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Objects as the tables that {@code kubectl get} prints. */
final class Tables {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Tables() {}

  /**
   * A table.
   *
   * @param whole whether each row carries its object whole, or its metadata alone
   */
  static ObjectNode of(Kind kind, List<ObjectNode> objects, boolean whole, String version) {
    ObjectNode table = JSON.createObjectNode();
    table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.putObject("metadata").put("resourceVersion", version);
    ArrayNode columns = table.putArray("columnDefinitions");
    for (String name : columns(kind)) {
      ObjectNode column = columns.addObject();
      column
          .put("name", name)
          .put("type", "string")
          .put("format", name.equals("Name") ? "name" : "");
      column.put("description", "").put("priority", 0);
    }
    ArrayNode rows = table.putArray("rows");
    for (ObjectNode object : objects) {
      ObjectNode row = rows.addObject();
      ArrayNode cells = row.putArray("cells");
      columns(kind).forEach(column -> cells.add(cell(column, object)));
      row.set("object", whole ? object : metadataOnly(object));
    }
    return table;
  }

  private static ObjectNode metadataOnly(ObjectNode object) {
    ObjectNode metadata = JSON.createObjectNode();
    metadata.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
    metadata.set("metadata", object.path("metadata"));
    return metadata;
  }

  private static List<String> columns(Kind kind) {
    return switch (kind.plural()) {
      case "pods" -> List.of("Name", "Ready", "Status", "Restarts", "Age");
      case "deployments" -> List.of("Name", "Ready", "Up-to-date", "Available", "Age");
      case "secrets" -> List.of("Name", "Type", "Data", "Age");
      case "configmaps" -> List.of("Name", "Data", "Age");
      case "namespaces" -> List.of("Name", "Status", "Age");
      default -> List.of("Name", "Age");
    };
  }

  private static String cell(String column, JsonNode object) {
    return switch (column) {
      case "Name" -> object.at("/metadata/name").asText();
      case "Status" -> object.at("/status/phase").asText("Active");
      case "Restarts" -> "0";
      case "Type" -> object.path("type").asText("Opaque");
      case "Data" -> Integer.toString(object.path("data").size());
      case "Ready" -> {
        int replicas = object.at("/spec/replicas").asInt(1);
        yield replicas + "/" + replicas;
      }
      case "Up-to-date", "Available" -> Integer.toString(object.at("/spec/replicas").asInt(1));
      default -> age(object.at("/metadata/creationTimestamp").asText());
    };
  }

  private static String age(String since) {
    return Duration.between(Instant.parse(since), Instant.now()).toMinutes() + "m";
  }
}
