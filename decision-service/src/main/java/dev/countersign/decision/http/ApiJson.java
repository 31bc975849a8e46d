package dev.countersign.decision.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Stream;

/** What all of the API says and reads in JSON. */
final class ApiJson {

  /** The media type of errors. */
  static final String PROBLEM = "application/problem+json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A number is no text.
          .withCoercionConfig(
              LogicalType.Textual,
              texts ->
                  Stream.of(
                          CoercionInputShape.Integer,
                          CoercionInputShape.Float,
                          CoercionInputShape.Boolean)
                      .forEach(shape -> texts.setCoercion(shape, CoercionAction.Fail)))
          .build();

  private ApiJson() {}

  /**
   * Reads a body; what is not exactly of that shape is refused.
   *
   * @param shape the shape as a reader of the error may copy it
   */
  static <T> T read(byte[] body, Class<T> type, String shape) throws ApiError {
    try {
      T value = JSON.readValue(new String(body, StandardCharsets.UTF_8), type);
      if (value == null) {
        throw ApiError.badRequest("the body is not " + shape);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw ApiError.badRequest("the body is not " + shape);
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /**
   * A problem as RFC 9457 has it: {@code type} is what programs look at, {@code code} the same in
   * short, {@code detail} and {@code hint} are for people.
   */
  static ObjectNode problem(ApiError error) {
    return object()
        .put("type", "urn:countersign:problem:" + error.code())
        .put("title", StatusCodes.getReason(error.status()))
        .put("status", error.status())
        .put("detail", error.message())
        .put("code", error.code())
        .put("hint", error.hint());
  }

  static ObjectNode subject(Subject subject) {
    ObjectNode out = object();
    out.put("issuer", subject.issuer());
    out.put("id", subject.id());
    out.put("name", subject.name());
    out.put("kind", subject.kind().name().toLowerCase(Locale.ROOT));
    out.set("groups", strings(subject.groups().stream().sorted().toList()));
    out.put("onBehalfOf", subject.onBehalfOf().orElse(null));
    out.set("delegation", strings(subject.delegation()));
    return out;
  }

  static ObjectNode row(MatchedRow row) {
    ObjectNode out = object();
    out.put("rule", row.rule());
    out.put("sheet", row.sheet());
    out.put("row", row.row());
    out.put("verdict", row.verdict().name());
    out.put("part", VisibleText.line(row.part()));
    out.put("reason", row.reason());
    out.put("hint", row.hint());
    out.set("controls", strings(row.controls()));
    return out;
  }

  static ArrayNode strings(Collection<String> values) {
    ArrayNode out = JSON.createArrayNode();
    values.forEach(out::add);
    return out;
  }

  static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
