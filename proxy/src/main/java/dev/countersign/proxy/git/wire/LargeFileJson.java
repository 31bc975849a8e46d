package dev.countersign.proxy.git.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** The JSON of Git LFS, read so that no other reader can find something else in it. */
final class LargeFileJson {

  private static final int LONGEST_TEXT = 16 << 10;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(20)
                          .maxStringLength(LONGEST_TEXT)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private LargeFileJson() {}

  static JsonNode read(byte[] body) throws GitWireException {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // Said below, in words that do not repeat what was sent.
    }
    throw new GitWireException("the body is no JSON object as Git LFS writes it");
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static byte[] write(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  /** A text that has to be there. */
  static String text(JsonNode json, String field) throws GitWireException {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw new GitWireException("there is no text called " + field);
    }
    return value.textValue();
  }

  static String textOr(JsonNode json, String field, String without) throws GitWireException {
    return isAbsent(json.path(field)) ? without : text(json, field);
  }

  static Optional<String> optional(JsonNode json, String field) throws GitWireException {
    return Optional.of(textOr(json, field, "")).filter(text -> !text.isEmpty());
  }

  /** The ref that a request says it is for. */
  static Optional<String> ref(JsonNode json) throws GitWireException {
    JsonNode ref = json.path("ref");
    return isAbsent(ref) ? Optional.empty() : Optional.of(text(ref, "name"));
  }

  static boolean flag(JsonNode json, String field) throws GitWireException {
    JsonNode value = json.path(field);
    if (!isAbsent(value) && !value.isBoolean()) {
      throw new GitWireException(field + " is neither true nor false");
    }
    return value.booleanValue();
  }

  static LargeFileName file(JsonNode json) throws GitWireException {
    JsonNode size = json.path("size");
    if (!size.canConvertToLong() || !size.isIntegralNumber()) {
      throw new GitWireException("an object has no size");
    }
    try {
      return new LargeFileName(text(json, "oid"), size.longValue());
    } catch (IllegalArgumentException e) {
      throw new GitWireException("an object is not named by its SHA-256 and size");
    }
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
