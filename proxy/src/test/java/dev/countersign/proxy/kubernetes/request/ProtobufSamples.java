package dev.countersign.proxy.kubernetes.request;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Objects with something in their fields, and bodies that hold them as Go writes them. */
final class ProtobufSamples {

  private static final long SOME_DAY = Instant.parse("2026-11-26T12:00:00Z").getEpochSecond();

  private final Random random;
  private final double share;

  /** All texts that were written, in values and keys; none twice. */
  final List<String> texts = new ArrayList<>();

  /**
   * @param share of the fields that there is something in
   */
  ProtobufSamples(long seed, double share) {
    random = new Random(seed);
    this.share = share;
  }

  /** A kind that is read. */
  record Kind(String apiVersion, Descriptor message) {

    String name() {
      return message.getName();
    }

    @Override
    public String toString() {
      return apiVersion + " " + name();
    }
  }

  static Stream<Kind> kinds() {
    return Stream.concat(
        ProtobufSchema.apiVersions().stream()
            .sorted()
            .flatMap(
                apiVersion ->
                    messages(apiVersion)
                        .flatMap(name -> ProtobufSchema.find(apiVersion, name).stream())
                        .map(message -> new Kind(apiVersion, message))),
        Stream.of(new Kind("policy/v1", Meta.DeleteOptions.getDescriptor())));
  }

  /** Of the file in which one of them is found. */
  private static Stream<String> messages(String apiVersion) {
    return Stream.of(
            "Pod",
            "ValidatingWebhookConfiguration",
            "Deployment",
            "TokenReview",
            "SubjectAccessReview",
            "HorizontalPodAutoscaler",
            "Job",
            "CertificateSigningRequest",
            "Ingress",
            "Eviction",
            "Role",
            "PriorityClass",
            "StorageClass")
        .flatMap(kind -> ProtobufSchema.find(apiVersion, kind).stream())
        .flatMap(message -> message.getFile().getMessageTypes().stream())
        .map(Descriptor::getName);
  }

  static byte[] body(Kind kind, Message object) {
    return body(kind.apiVersion(), kind.name(), object.toByteArray());
  }

  static byte[] body(String apiVersion, String kind, byte[] raw) {
    return body(
        Runtime.Unknown.newBuilder()
            .setTypeMeta(Runtime.TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
            .setRaw(ByteString.copyFrom(raw))
            .setContentEncoding("")
            .setContentType("")
            .build()
            .toByteArray());
  }

  static byte[] body(byte[] envelope) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("k8s\0".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(envelope);
    return body.toByteArray();
  }

  Message filled(Descriptor type) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    switch (type.getFullName()) {
      case "k8s.io.apimachinery.pkg.apis.meta.v1.Time" -> at(message, 0);
      case "k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime" ->
          at(message, random.nextInt(1_000_000) * 1_000);
      case "k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1" -> set(message, "Raw", json());
      case "k8s.io.apimachinery.pkg.runtime.RawExtension" -> set(message, "raw", json());
      case "k8s.io.apimachinery.pkg.api.resource.Quantity" ->
          set(message, "string", 1 + random.nextInt(900) + "Mi");
      case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> {
        boolean isText = random.nextBoolean();
        set(message, "type", isText ? 1L : 0L);
        set(message, "intVal", isText ? 0 : random.nextInt());
        set(message, "strVal", isText ? text() : "");
      }
      default ->
          type.getFields().stream()
              .filter(field -> ProtobufSchema.field(type, field.getNumber()).isPresent())
              .filter(field -> isEntry(type) || random.nextDouble() < share)
              .forEach(field -> fill(message, field));
    }
    return message.build();
  }

  private static boolean isEntry(Descriptor type) {
    return type.getOptions().getMapEntry();
  }

  private void at(DynamicMessage.Builder message, int nanos) {
    set(message, "seconds", SOME_DAY + random.nextInt(1_000_000));
    set(message, "nanos", nanos);
  }

  private static void set(DynamicMessage.Builder message, String field, Object value) {
    message.setField(message.getDescriptorForType().findFieldByName(field), value);
  }

  private void fill(DynamicMessage.Builder message, FieldDescriptor field) {
    if (field.isRepeated()) {
      message.addRepeatedField(field, value(field));
      message.addRepeatedField(field, value(field));
    } else {
      message.setField(field, value(field));
    }
  }

  private Object value(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> text();
      case BYTE_STRING -> bytes();
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case MESSAGE -> filled(field.getMessageType());
      case ENUM, FLOAT, DOUBLE -> throw new AssertionError("not read: " + field);
    };
  }

  private String text() {
    String text = "t" + texts.size() + "é";
    texts.add(text);
    return text;
  }

  private ByteString bytes() {
    byte[] bytes = new byte[1 + random.nextInt(9)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private ByteString json() {
    return ByteString.copyFromUtf8("{\"f:%s\":{\"a\":[\"b\",{}]}}".formatted(text()));
  }
}
