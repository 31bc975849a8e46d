package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Bodies of requests, read so that no other reader can find something else in them. */
public final class BodyReader {

  /** As deep as objects go; what is deeper is meant to break something. */
  static final int DEEPEST = 100;

  private static final int LONGEST_NUMBER = 400;

  /** Also writes what it has read; its numbers keep their digits. */
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxStringLength(8 << 20)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** An escape of one half of a character. */
  private static final Pattern HALF = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private BodyReader() {}

  /** What a body is in. */
  public enum Format {
    JSON,
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_PATCH,
    APPLY,
    YAML,
    PROTOBUF;

    /** As the API server takes it; what is read is JSON always, and JSON is YAML. */
    public String contentType() {
      return switch (this) {
        case JSON, YAML, PROTOBUF -> "application/json";
        case JSON_PATCH -> "application/json-patch+json";
        case MERGE_PATCH -> "application/merge-patch+json";
        case STRATEGIC_PATCH -> "application/strategic-merge-patch+json";
        case APPLY -> "application/apply-patch+yaml";
      };
    }
  }

  /**
   * The format of a content type.
   *
   * @throws UnclearRequestException if it is none that is read here: a client falls back to JSON
   */
  public static Format format(String contentType) throws UnclearRequestException {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (type) {
      // To an API server what does not say what it is, as from kubectl create --raw, is JSON.
      case "application/json", "" -> Format.JSON;
      case "application/yaml" -> Format.YAML;
      case "application/vnd.kubernetes.protobuf" -> Format.PROTOBUF;
      case "application/json-patch+json" -> Format.JSON_PATCH;
      case "application/merge-patch+json" -> Format.MERGE_PATCH;
      case "application/strategic-merge-patch+json" -> Format.STRATEGIC_PATCH;
      case "application/apply-patch+yaml" -> Format.APPLY;
      default ->
          throw new UnclearRequestException(
              415, "bodies are read in JSON, YAML and Protobuf only, not in " + shown(type));
    };
  }

  private static String shown(String type) {
    return type.substring(0, Math.min(80, type.length()));
  }

  /**
   * Reads a body.
   *
   * @throws UnclearRequestException if it is not well-formed, or has a key twice
   */
  public static JsonNode read(Format format, byte[] body) throws UnclearRequestException {
    if (format == Format.PROTOBUF) {
      return StrictProtobuf.read(body);
    }
    String text = text(body);
    boolean isYaml = (format == Format.YAML || format == Format.APPLY) && !isJson(text);
    JsonNode read = isYaml ? StrictYaml.read(text) : json(text);
    // What was no escape is whole, or the body were no UTF-8.
    if (HALF.matcher(text).find() && !isWhole(read)) {
      throw UnclearRequestException.malformed("half a character, which servers read as another");
    }
    return read;
  }

  /** Whether each half of a character, in names and values, is followed by the other. */
  private static boolean isWhole(JsonNode node) {
    if (node.isTextual()) {
      return isWhole(node.textValue());
    }
    return node.propertyStream().allMatch(field -> isWhole(field.getKey()))
        && node.valueStream().allMatch(BodyReader::isWhole);
  }

  private static boolean isWhole(String text) {
    return UTF_8.newEncoder().canEncode(text);
  }

  /** What kubectl applies; most of it is YAML too, but not all. */
  private static boolean isJson(String text) {
    return text.startsWith("{\"") || text.startsWith("{}");
  }

  private static String text(byte[] body) throws UnclearRequestException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw UnclearRequestException.malformed("the body is not UTF-8");
    }
  }

  private static JsonNode json(String text) throws UnclearRequestException {
    try {
      JsonNode read = JSON.readTree(text);
      if (read == null || read.isMissingNode()) {
        throw UnclearRequestException.malformed("the body is empty");
      }
      return read;
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " in line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate");
      throw UnclearRequestException.malformed(
          (twice ? "a key is there twice" : "the body is not JSON") + where);
    }
  }

  /** What is forwarded: the same that was judged. */
  public static byte[] write(JsonNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
