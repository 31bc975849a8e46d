package dev.countersign.cli.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A place in the JSON schema of the configuration. */
record Schema(JsonNode root, JsonNode here) {

  private static final String RESOURCE = "/countersign.schema.json";

  static Schema ofConfiguration() {
    try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
      JsonNode root = new ObjectMapper().readTree(in);
      return new Schema(root, root);
    } catch (IOException e) {
      throw new UncheckedIOException("the schema in this jar cannot be read", e);
    }
  }

  /** The same place, with a reference followed. */
  private Schema at(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return new Schema(
        root, reference.isMissingNode() ? node : root.at(reference.asText().substring(1)));
  }

  String type() {
    return here.path("type").asText();
  }

  Optional<String> text(String keyword) {
    return here.has(keyword) ? Optional.of(here.get(keyword).asText()) : Optional.empty();
  }

  Optional<Integer> number(String keyword) {
    return here.has(keyword) ? Optional.of(here.get(keyword).asInt()) : Optional.empty();
  }

  /** The value of a key that is not written; missing if there is none. */
  JsonNode defaultValue() {
    return here.has("default") ? here.get("default") : MissingNode.getInstance();
  }

  List<String> choices() {
    return strings("enum");
  }

  List<String> required() {
    return strings("required");
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>();
    here.path("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** What a key of this object holds; for an object with free keys, what each of them holds. */
  Optional<Schema> property(String key) {
    JsonNode named = here.path("properties").path(key);
    if (!named.isMissingNode()) {
      return Optional.of(at(named));
    }
    JsonNode free = here.path("additionalProperties");
    return free.isObject() ? Optional.of(at(free)) : Optional.empty();
  }

  Optional<Schema> items() {
    return here.has("items") ? Optional.of(at(here.get("items"))) : Optional.empty();
  }

  List<String> examples() {
    List<String> examples = new ArrayList<>();
    here.path("examples")
        .forEach(example -> examples.add(example.isTextual() ? example.asText() : example + ""));
    return examples;
  }

  private List<String> strings(String keyword) {
    List<String> strings = new ArrayList<>();
    here.path(keyword).forEach(value -> strings.add(value.asText()));
    return strings;
  }
}
