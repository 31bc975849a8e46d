package dev.countersign.cli.configuration;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Holds YAML nodes against the schema and collects every fault. Gives the same data as JSON, with
 * defaults filled in and paths made absolute. Values are only told where they are no secret.
 */
final class SchemaCheck {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Path folder;
  private final List<Fault> faults;

  /**
   * @param folder what relative paths are relative to
   * @param faults where faults are added
   */
  SchemaCheck(Path folder, List<Fault> faults) {
    this.folder = folder;
    this.faults = faults;
  }

  JsonNode check(Node node, Schema schema, String path) {
    return switch (schema.type()) {
      case "object" -> object(node, schema, path);
      case "array" -> array(node, schema, path);
      default -> scalar(node, schema, path);
    };
  }

  private JsonNode object(Node node, Schema schema, String path) {
    if (!(node instanceof MappingNode mapping)) {
      // The value may be a secret somebody wrote where only its place belongs: never repeat it.
      return fault(
          node,
          schema.text("format").filter("secret"::equals).isPresent()
              ? name(path)
                  + " must not stand in this file; write {env: NAME_OF_A_VARIABLE} or {file: PATH}"
              : name(path) + " must be keys and values");
    }
    Map<String, Node> written = keys(mapping, schema, path);
    ObjectNode out = JSON.objectNode();
    written.forEach(
        (key, value) ->
            schema
                .property(key)
                .ifPresent(type -> out.set(key, check(value, type, child(path, key)))));
    for (String key : schema.keys()) {
      if (!written.containsKey(key)) {
        fill(key, node, schema, path, out);
      }
    }
    bounds(node, written.size(), schema, path);
    return out;
  }

  private Map<String, Node> keys(MappingNode mapping, Schema schema, String path) {
    Map<String, Node> written = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
        fault(entry.getKeyNode(), "a key must be a word");
        continue;
      }
      String key = scalar.getValue();
      if (schema.property(key).isEmpty()) {
        String meant =
            Spelling.nearest(key, schema.keys())
                .map(word -> "; did you mean " + word + "?")
                .orElse("; known are " + String.join(", ", schema.keys()));
        fault(scalar, "unknown key " + child(path, key) + meant);
      } else if (written.putIfAbsent(key, entry.getValueNode()) != null) {
        fault(scalar, child(path, key) + " is given twice");
      }
    }
    return written;
  }

  /** Fills in the default of a key that is not written, which may have defaults of its own. */
  private void fill(String key, Node node, Schema schema, String path, ObjectNode out) {
    Schema type = schema.property(key).orElseThrow();
    JsonNode value = type.defaultValue();
    if (!value.isMissingNode()) {
      out.set(key, completed(value, type));
    } else if (schema.required().contains(key)) {
      fault(node, child(path, key) + " is missing");
    }
  }

  private JsonNode completed(JsonNode value, Schema type) {
    if (value instanceof ObjectNode object) {
      ObjectNode out = object.deepCopy();
      for (String key : type.keys()) {
        Schema inner = type.property(key).orElseThrow();
        JsonNode given = object.has(key) ? object.get(key) : inner.defaultValue();
        if (!given.isMissingNode()) {
          out.set(key, completed(given, inner));
        }
      }
      return out;
    }
    return type.text("format").filter("path"::equals).isPresent()
        ? JSON.textNode(folder.resolve(value.asText()).normalize().toString())
        : value;
  }

  private JsonNode array(Node node, Schema schema, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      return fault(node, name(path) + " must be a list");
    }
    ArrayNode out = JSON.arrayNode();
    Schema items = schema.items().orElseThrow();
    int index = 0;
    for (Node item : sequence.getValue()) {
      out.add(check(item, items, path + "[" + index++ + "]"));
    }
    if (index < schema.number("minItems").orElse(0)) {
      fault(node, name(path) + " needs at least one entry");
    }
    return out;
  }

  private JsonNode scalar(Node node, Schema schema, String path) {
    if (!(node instanceof ScalarNode scalar)) {
      return fault(node, name(path) + " must be a single value");
    }
    return switch (schema.type()) {
      case "integer" -> integer(scalar, schema, path);
      case "boolean" ->
          scalar.getTag().equals(Tag.BOOL)
              ? JSON.booleanNode(Boolean.parseBoolean(scalar.getValue()))
              : fault(node, name(path) + " must be true or false");
      default -> string(scalar, schema, path);
    };
  }

  private JsonNode integer(ScalarNode node, Schema schema, String path) {
    int least = schema.number("minimum").orElse(Integer.MIN_VALUE);
    int most = schema.number("maximum").orElse(Integer.MAX_VALUE);
    if (node.getTag().equals(Tag.INT) && node.getValue().length() <= 10) {
      long value = Long.parseLong(node.getValue());
      if (value >= least && value <= most) {
        return JSON.numberNode((int) value);
      }
    }
    return fault(node, "%s must be a number from %d to %d".formatted(name(path), least, most));
  }

  private JsonNode string(ScalarNode node, Schema schema, String path) {
    if (!node.getTag().equals(Tag.STR)) {
      return fault(node, name(path) + " must be text; put it in quotes");
    }
    String value = node.getValue();
    if (!schema.choices().isEmpty() && !schema.choices().contains(value)) {
      return fault(node, name(path) + " must be one of " + String.join(", ", schema.choices()));
    }
    if (value.length() < schema.number("minLength").orElse(0)) {
      return fault(node, name(path) + " must not be empty");
    }
    Optional<String> pattern = schema.text("pattern");
    if (pattern.isPresent() && !value.matches(pattern.get())) {
      return fault(node, name(path) + " must look like " + pattern.get());
    }
    try {
      return JSON.textNode(formatted(value, schema));
    } catch (IllegalArgumentException e) {
      return fault(node, name(path) + " " + e.getMessage());
    }
  }

  /** The value, a path made absolute; or an exception that says how to write it. */
  private String formatted(String value, Schema schema) {
    return switch (schema.text("format").orElse("")) {
      case "path" -> folder.resolve(value).normalize().toString();
      case "duration" -> same(value, Units.duration(value));
      case "size" -> same(value, size(value, schema));
      case "address" -> same(value, Units.address(value));
      case "http-url" -> same(value, Units.httpUrl(value));
      default -> value;
    };
  }

  private static long size(String value, Schema schema) {
    long bytes = Units.size(value);
    int least = schema.number("minimum").orElse(0);
    if (bytes < least) {
      throw new IllegalArgumentException("must be at least " + least + "B");
    }
    int most = schema.number("maximum").orElse(0);
    if (most > 0 && bytes > most) {
      throw new IllegalArgumentException("must be at most " + (most >> 10) + "KiB");
    }
    return bytes;
  }

  /** What was written, once reading it has thrown nothing. */
  private static String same(String written, Object read) {
    requireNonNull(read, "read");
    return written;
  }

  private void bounds(Node node, int size, Schema schema, String path) {
    int least = schema.number("minProperties").orElse(0);
    int most = schema.number("maxProperties").orElse(Integer.MAX_VALUE);
    if (size < least || size > most) {
      fault(node, name(path) + " needs exactly one of " + String.join(", ", schema.keys()));
    }
  }

  private JsonNode fault(Node node, String message) {
    faults.add(YamlSource.fault(node.getStartMark(), message));
    return NullNode.getInstance();
  }

  private static String name(String path) {
    return path.isEmpty() ? "the file" : path;
  }

  private static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
