package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.kubernetes.client.proto.Runtime;
import java.util.Arrays;
import java.util.Base64;

/**
 * An object in Protobuf, as kubectl writes what it makes itself, as the JSON that says the same.
 * Only what Go writes is taken: fields that are known, in the order of their numbers, once unless
 * they are lists. A reader of Protobuf skips what it does not know and lets the last one win.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">
 *     Kubernetes' Protobuf encoding</a>
 */
final class StrictProtobuf {

  /** In the first place of every body. */
  private static final byte[] MAGIC = "k8s\0".getBytes(US_ASCII);

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private static final String INSTEAD =
      ". kubectl writes Protobuf for objects it makes from arguments: write the object in a file"
          + " and use kubectl apply -f, or let it print what it makes: kubectl create …"
          + " --dry-run=client -o yaml | kubectl create -f -";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StrictProtobuf() {}

  static JsonNode read(byte[] body) throws UnclearRequestException {
    if (Arrays.mismatch(MAGIC, body) != MAGIC.length) {
      throw UnclearRequestException.malformed("the body is not the Protobuf of Kubernetes");
    }
    ObjectNode envelope =
        object(
            Runtime.Unknown.getDescriptor(),
            new ProtobufBytes(body, MAGIC.length, body.length),
            NODES.objectNode());
    if (!envelope.has("raw")
        || !envelope.path("contentEncoding").asText("").isEmpty()
        || !envelope.path("contentType").asText("").isEmpty()) {
      throw UnclearRequestException.malformed("no object, or one in another encoding");
    }
    ObjectNode object = envelope.withObjectProperty("typeMeta");
    Descriptor kind =
        ProtobufSchema.find(object.path("apiVersion").asText(""), object.path("kind").asText(""))
            .orElseThrow(() -> unknown("this kind is not read in Protobuf"));
    byte[] raw = Base64.getDecoder().decode(envelope.path("raw").textValue());
    return object(kind, new ProtobufBytes(raw, 0, raw.length), object);
  }

  private static UnclearRequestException unknown(String what) {
    return new UnclearRequestException(415, what + INSTEAD);
  }

  /** No message of the schema has itself in it: none is deeper than the schema. */
  private static ObjectNode object(Descriptor type, ProtobufBytes in, ObjectNode into)
      throws UnclearRequestException {
    int last = 0;
    while (in.hasMore()) {
      FieldDescriptor field = field(type, in.varint());
      if (field.getNumber() < last || (field.getNumber() == last && !field.isRepeated())) {
        throw malformed(field, "is there twice, or not in its place");
      }
      last = field.getNumber();
      put(into, field, in);
    }
    return into;
  }

  /** Of a tag: a number, and in its last three bits how the value is written. */
  private static FieldDescriptor field(Descriptor type, long tag) throws UnclearRequestException {
    int number = Math.clamp(tag >>> 3, 0, Integer.MAX_VALUE);
    FieldDescriptor field =
        ProtobufSchema.field(type, number)
            .orElseThrow(
                () ->
                    unknown(
                        "%s has a field %d that is not known here: it may be newer than the gateway"
                            .formatted(type.getFullName(), number)));
    int written =
        switch (field.getType()) {
          case BOOL, INT32, INT64 -> VARINT;
          default -> LENGTH_DELIMITED;
        };
    if ((tag & 7) != written) {
      throw malformed(field, "has a value of another type");
    }
    return field;
  }

  private static void put(ObjectNode into, FieldDescriptor field, ProtobufBytes in)
      throws UnclearRequestException {
    String name = ProtobufSchema.name(field);
    if (ProtobufSchema.isEmbedded(field)) {
      object(field.getMessageType(), in.part(), into);
    } else if (field.isMapField()) {
      entry(into.withObjectProperty(name), field, in);
    } else if (field.isRepeated()) {
      into.withArrayProperty(name).add(value(field, in));
    } else {
      into.set(name, value(field, in));
    }
  }

  private static void entry(ObjectNode map, FieldDescriptor field, ProtobufBytes in)
      throws UnclearRequestException {
    Descriptor type = field.getMessageType();
    ObjectNode entry = object(type, in.part(), NODES.objectNode());
    if (type.findFieldByName("value").getType() == FieldDescriptor.Type.BYTES
        && !entry.has("value")) {
      // Go leaves out bytes that are nil.
      entry.put("value", "");
    }
    if (entry.size() != 2 || map.has(entry.path("key").textValue())) {
      throw malformed(field, "has a key twice, or half an entry");
    }
    map.set(entry.path("key").textValue(), entry.path("value"));
  }

  private static JsonNode value(FieldDescriptor field, ProtobufBytes in)
      throws UnclearRequestException {
    return switch (field.getType()) {
      case STRING -> NODES.textNode(in.part().text());
      case BYTES -> NODES.textNode(Base64.getEncoder().encodeToString(in.part().rest()));
      case BOOL -> NODES.booleanNode(number(field, in, 0, 1) == 1);
      case INT32 -> NODES.numberNode((int) number(field, in, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> NODES.numberNode(in.varint());
      case MESSAGE ->
          ProtobufValues.of(field, object(field.getMessageType(), in.part(), NODES.objectNode()));
      default -> throw malformed(field, "has a type that is not read");
    };
  }

  private static long number(FieldDescriptor field, ProtobufBytes in, long least, long most)
      throws UnclearRequestException {
    long number = in.varint();
    if (number < least || number > most) {
      throw malformed(field, "has a number that is none of its type");
    }
    return number;
  }

  static UnclearRequestException malformed(FieldDescriptor field, String how) {
    return UnclearRequestException.malformed(field.getFullName() + " " + how);
  }
}
