package dev.countersign.cli.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The plain data of a YAML text as JSON, for whoever holds it against a schema later. */
public final class PlainData {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PlainData() {}

  /**
   * Reads a text.
   *
   * @param file what faults name
   * @throws ConfigurationException if it is not plain data
   */
  public static JsonNode json(String text, String file) {
    List<Fault> faults = new ArrayList<>();
    JsonNode data = YamlSource.parse(text, faults).map(PlainData::json).orElseGet(JSON::nullNode);
    if (!faults.isEmpty()) {
      throw new ConfigurationException(file, faults);
    }
    return data;
  }

  private static JsonNode json(Node node) {
    if (node instanceof MappingNode mapping) {
      ObjectNode out = JSON.objectNode();
      for (NodeTuple tuple : mapping.getValue()) {
        String key = tuple.getKeyNode() instanceof ScalarNode name ? name.getValue() : "?";
        out.set(key, json(tuple.getValueNode()));
      }
      return out;
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode out = JSON.arrayNode();
      sequence.getValue().forEach(entry -> out.add(json(entry)));
      return out;
    }
    return node instanceof ScalarNode scalar ? scalar(scalar) : JSON.nullNode();
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String value = scalar.getValue();
    if (scalar.getTag().equals(Tag.BOOL)) {
      return JSON.booleanNode(Boolean.parseBoolean(value));
    }
    return scalar.getTag().equals(Tag.INT) && value.matches("-?[0-9]{1,10}")
        ? JSON.numberNode(Long.parseLong(value))
        : JSON.textNode(value);
  }
}
