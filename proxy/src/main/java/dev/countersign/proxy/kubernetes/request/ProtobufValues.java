package dev.countersign.proxy.kubernetes.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/** Messages of Protobuf that are no objects in JSON: times, quantities, JSON itself. */
final class ProtobufValues {

  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private static final DateTimeFormatter SECONDS = utc("uuuu-MM-dd'T'HH:mm:ss'Z'");
  private static final DateTimeFormatter MICROSECONDS = utc("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ProtobufValues() {}

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /**
   * What a message is in JSON.
   *
   * @param read its fields
   */
  static JsonNode of(FieldDescriptor field, ObjectNode read) throws UnclearRequestException {
    return switch (field.getMessageType().getFullName()) {
      case "k8s.io.apimachinery.pkg.apis.meta.v1.Time" -> time(field, read, SECONDS, 1_000_000_000);
      case "k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime" ->
          time(field, read, MICROSECONDS, 1_000);
      case "k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1" -> json(read.path("Raw"));
      case "k8s.io.apimachinery.pkg.runtime.RawExtension" -> json(read.path("raw"));
      case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> quantity(field, read);
      case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> intOrString(field, read);
      case "k8s.io.api.authentication.v1.ExtraValue",
          "k8s.io.api.authorization.v1.ExtraValue",
          "k8s.io.api.certificates.v1.ExtraValue" ->
          read.withArrayProperty("items");
      default -> read;
    };
  }

  /**
   * A point in time; without a field it is none.
   *
   * @param unit in nanoseconds: JSON has no part of it
   */
  private static JsonNode time(
      FieldDescriptor field, ObjectNode read, DateTimeFormatter format, int unit)
      throws UnclearRequestException {
    if (read.isEmpty()) {
      return NODES.nullNode();
    }
    long seconds = read.path("seconds").asLong(Long.MAX_VALUE);
    int nanos = read.path("nanos").asInt();
    if (seconds < FIRST_SECOND
        || seconds > LAST_SECOND
        || nanos < 0
        || nanos >= 1_000_000_000
        || nanos % unit != 0) {
      throw StrictProtobuf.malformed(field, "is a time that cannot be written");
    }
    return NODES.textNode(format.format(Instant.ofEpochSecond(seconds, nanos)));
  }

  /** JSON within Protobuf. */
  private static JsonNode json(JsonNode base64) throws UnclearRequestException {
    byte[] raw = Base64.getDecoder().decode(base64.asText(""));
    return raw.length == 0 ? NODES.nullNode() : BodyReader.read(BodyReader.Format.JSON, raw);
  }

  private static JsonNode quantity(FieldDescriptor field, ObjectNode read)
      throws UnclearRequestException {
    if (read.isEmpty()) {
      throw StrictProtobuf.malformed(field, "is a quantity of nothing");
    }
    return read.path("string");
  }

  private static JsonNode intOrString(FieldDescriptor field, ObjectNode read)
      throws UnclearRequestException {
    int number = read.path("intVal").asInt();
    String text = read.path("strVal").asText("");
    long type = read.path("type").asLong();
    if (type == 0 && text.isEmpty()) {
      return NODES.numberNode(number);
    }
    if (type == 1 && number == 0) {
      return NODES.textNode(text);
    }
    throw StrictProtobuf.malformed(field, "is a number and a text, or neither");
  }
}
