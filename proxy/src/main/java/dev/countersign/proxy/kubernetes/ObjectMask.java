package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.countersign.rules.verdict.Detector;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hides values in objects: everything in a Secret, whatever has the name of a secret, and what
 * detectors find in any text. Not for more than one answer: it remembers what it has hidden.
 */
final class ObjectMask {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Text for who decodes it, too. */
  private static final TextNode MASKED_BASE64 =
      TextNode.valueOf(
          Base64.getEncoder()
              .encodeToString(SecretText.MASKED.getBytes(StandardCharsets.US_ASCII)));

  private static final TextNode MASKED = TextNode.valueOf(SecretText.MASKED);
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private final SecretText text;
  private final Remembered<String> texts;
  private final Remembered<Boolean> names = new Remembered<>(SecretText::isSecretName);
  private final Set<String> hidden = new TreeSet<>();

  ObjectMask(Set<Detector> detectors) {
    text = new SecretText(detectors);
    texts = new Remembered<>(text::masked);
  }

  static ObjectMask ofSecrets() {
    return new ObjectMask(Set.of());
  }

  /** The fields that were hidden so far. */
  Set<String> hidden() {
    return hidden;
  }

  SecretText text() {
    return text;
  }

  /**
   * The object with its values hidden. The tree that is given may be changed.
   *
   * @param isSecret whether it is a Secret, or a part or a patch of one, whatever it says
   */
  JsonNode masked(JsonNode tree, boolean isSecret) {
    return node(tree.deepCopy(), "", isSecret);
  }

  private JsonNode node(JsonNode node, String at, boolean isSecret) {
    return switch (node) {
      case ObjectNode object -> object(object, at, isSecret);
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, node(array.get(i), at, isSecret));
        }
        yield array;
      }
      case TextNode leaf -> leaf(leaf, at);
      default -> node;
    };
  }

  private JsonNode leaf(TextNode leaf, String at) {
    String shown = texts.of(leaf.textValue());
    if (shown.equals(leaf.textValue())) {
      return leaf;
    }
    hidden.add(at);
    return TextNode.valueOf(shown);
  }

  private ObjectNode object(ObjectNode object, String at, boolean inherited) {
    boolean isSecret = inherited || object.path("kind").asText("").equals("Secret");
    if (isSecret && object.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
    boolean isNamedValue = isNamedSecret(object);
    boolean isPatchOfSecret = isSecret && object.has("op") && object.has("path");
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String path = at.isEmpty() ? field.getKey() : at + "." + field.getKey();
      field.setValue(
          field(field.getKey(), field.getValue(), path, isSecret, isNamedValue, isPatchOfSecret));
    }
    return object;
  }

  private JsonNode field(
      String name,
      JsonNode value,
      String at,
      boolean isSecret,
      boolean isNamedValue,
      boolean isPatchOfSecret) {
    if (isSecret && name.equals("data")) {
      return all(value, at, MASKED_BASE64);
    }
    if (isSecret && name.equals("stringData")) {
      return all(value, at, MASKED);
    }
    if (isPatchOfSecret && name.equals("value")) {
      return all(value, at, MASKED_BASE64);
    }
    if (name.equals(LAST_APPLIED)) {
      return lastApplied(value, at, isSecret);
    }
    if (name.equals("binaryData")) {
      return binary(value, at);
    }
    boolean isSecretText =
        value.isTextual()
            && !value.textValue().isEmpty()
            && ((isNamedValue && name.equals("value")) || names.of(name));
    if (isSecretText) {
      hidden.add(at);
      return MASKED;
    }
    return node(value, at, isSecret);
  }

  /** An environment variable, or any pair like it, whose name says that its value is a secret. */
  private boolean isNamedSecret(ObjectNode object) {
    return object.has("value") && names.of(object.path("name").asText(""));
  }

  private JsonNode all(JsonNode values, String at, TextNode instead) {
    if (values instanceof ObjectNode object) {
      object.properties().forEach(field -> hide(field, at, instead));
      return object;
    }
    if (values.isNull()) {
      return values;
    }
    hidden.add(at);
    return instead;
  }

  private void hide(Map.Entry<String, JsonNode> field, String at, TextNode instead) {
    if (!field.getValue().isNull()) {
      hidden.add(at + "." + field.getKey());
      field.setValue(instead);
    }
  }

  private JsonNode binary(JsonNode values, String at) {
    if (values instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (names.of(field.getKey()) || isHidden(field.getValue().asText(""))) {
          hide(field, at, MASKED_BASE64);
        }
      }
    }
    return values;
  }

  private boolean isHidden(String base64) {
    try {
      return text.isHidden(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** The object once more, as text. */
  private JsonNode lastApplied(JsonNode value, String at, boolean isSecret) {
    try {
      JsonNode applied = JSON.readTree(value.asText(""));
      JsonNode shown = masked(applied, isSecret);
      if (!shown.equals(applied)) {
        hidden.add(at);
      }
      return TextNode.valueOf(shown.toString());
    } catch (JsonProcessingException e) {
      hidden.add(at);
      return MASKED;
    }
  }
}
