package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.openapi.JSON;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictProtobufTest {

  private static final int ROUNDS = 20_000;

  /** What Kubernetes' OpenAPI calls otherwise, as two groups have one of that name. */
  private static final Map<String, String> MODELS =
      Map.of("V1Event", "CoreV1Event", "V1TokenRequest", "AuthenticationV1TokenRequest");

  static Stream<ProtobufSamples.Kind> kinds() {
    return ProtobufSamples.kinds();
  }

  /**
   * Ours: an independent reader of the same objects, which takes no field that it does not know.
   */
  @ParameterizedTest
  @MethodSource("kinds")
  void k8s15_saysInJsonWhatProtobufSays(ProtobufSamples.Kind kind) throws Exception {
    ProtobufSamples samples = new ProtobufSamples(7, 1);
    Message object = samples.filled(kind.message());

    JsonNode read = read(ProtobufSamples.body(kind, object));

    Object model = JSON.getGson().fromJson(read.toString(), model(kind));
    // It writes all times with a fraction.
    String written = JSON.getGson().toJson(model).replace(".000000Z\"", "Z\"");
    assertThat(BodyReader.JSON.readTree(written))
        .isEqualTo(unmanaged(BodyReader.JSON.readTree(read.toString())));
    List<String> texts = new ArrayList<>();
    texts(read, texts);
    assertThat(texts).containsAll(samples.texts);
  }

  /** It reads who manages which fields, and writes nothing of it. */
  private static JsonNode unmanaged(JsonNode node) {
    node.findParents("managedFields")
        .forEach(parent -> ((ObjectNode) parent).remove("managedFields"));
    return node;
  }

  private static Class<?> model(ProtobufSamples.Kind kind) throws ClassNotFoundException {
    String version = kind.apiVersion().replaceFirst(".*/", "").toUpperCase(Locale.ROOT);
    String name = version + kind.name();
    return Class.forName("io.kubernetes.client.openapi.models." + MODELS.getOrDefault(name, name));
  }

  private static void texts(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.propertyStream()
        .forEach(
            field -> {
              texts.add(field.getKey().replaceFirst("^f:", ""));
              texts(field.getValue(), texts);
            });
    node.valueStream().forEach(each -> texts(each, texts));
  }

  private static JsonNode read(byte[] body) throws UnclearRequestException {
    return BodyReader.read(BodyReader.Format.PROTOBUF, body);
  }

  private static JsonNode read(String kind, String hex) throws UnclearRequestException {
    return read(ProtobufSamples.body("v1", kind, bytes(hex)));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Ours: a reader that is not strict finds something else in each, or nothing wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a field twice: a reader merges them | Namespace | 0a00 0a00",
        "a text twice: the last one wins | Namespace | 0a06 0a0161 0a0162",
        "out of their order | Namespace | 1200 0a00",
        "a number where a message is | Namespace | 0801",
        "a group, which readers skip | Namespace | 0b0c",
        "eight bytes of a number | Namespace | 09 0000000000000000",
        "four bytes of a number | Namespace | 0d 00000000",
        "a type that there is not | Namespace | 0f",
        "the end of a field behind that of the body | Namespace | 0a05 0a0161",
        "the end of a field behind that of the one around it | Namespace | 0a03 0a0961",
        "a length below nothing | Namespace | 0a ffffffffffffffffff01",
        "a length without its end | Namespace | 0a ff",
        "a tag in two bytes | Namespace | 8a0000",
        "a length in two bytes | Namespace | 0a8000",
        "a number in eleven bytes | ConfigMap | 20 8180808080808080808000",
        "a number of more than 64 bits | ConfigMap | 20 81808080808080808002",
        "yes in two bytes | ConfigMap | 208100",
        "neither yes nor no | ConfigMap | 2002",
        "a number of 33 bits | ReplicationController | 1206 088180808010",
        "a negative number in five bytes | ReplicationController | 1206 08ffffffff0f",
        "numbers in one field | Pod | 1205 7203 220101",
        "no UTF-8 | Namespace | 0a03 0a01ff",
        "half a character | Namespace | 0a05 0a03eda080",
        "a key twice | ConfigMap | 1206 0a0161120162 1206 0a0161120163",
        "no key | ConfigMap | 1203 120162",
        "no value | ConfigMap | 1203 0a0161",
        "nothing of an entry | ConfigMap | 1200",
        "two keys of an entry | ConfigMap | 1209 0a01610a0162120163",
        "two values of an entry | ConfigMap | 1209 0a0161120162120163",
        "the value before its key | ConfigMap | 1206 1201620a0161",
        "no quantity | ResourceQuota | 1207 0a05 0a0161 1200",
        "a quantity twice | ResourceQuota | 120d 0a0b 0a0161 1206 0a0131 0a0132",
        "a time with parts of a second | Namespace | 0a06 4204 0801 1001",
        "a time that never comes | Namespace | 0a0e 420c 08ffffffffffffffff7f 1000",
        "half a time | Namespace | 0a04 4202 1000",
        "a number and a text | Service | 1210 0a0e 220c 0801 1001 1a06 616263646566",
        "neither number nor text | Service | 1208 0a06 2204 0802 1000",
        "JSON with a key twice | Namespace |"
            + " 0a17 8a0114 3a12 0a10 7b2261223a312c2261223a317d20202020",
        "what is no JSON | Namespace | 0a08 8a0105 3a03 0a017b",
      })
  void k8s15_refusesProtobufThatIsReadInTwoWays(String what, String kind, String hex) {
    assertThatThrownBy(() -> read(kind, hex))
        .as(what)
        .isInstanceOfSatisfying(
            UnclearRequestException.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  /** Ours: kubectl may be newer than the gateway. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Namespace | 9a0600 | core.v1.Namespace has a field 99 ",
        "Pod | 1203 9a0600 | core.v1.PodSpec has a field 99 ",
        // Go reads the lower 32 bits of a number: this were the first field.
        "Namespace | 8a8080808001 00 | core.v1.Namespace has a field 2147483647 ",
        "Namespace | 0200 | core.v1.Namespace has a field 0 ",
      })
  void k8s15_namesTheFieldThatItDoesNotKnow(String kind, String hex, String field) {
    assertThatThrownBy(() -> read(kind, hex))
        .isInstanceOfSatisfying(
            UnclearRequestException.class, refused -> assertThat(refused.status()).isEqualTo(415))
        .hasMessageContainingAll(field, "newer than the gateway", "kubectl apply -f");
  }

  @ParameterizedTest
  @CsvSource({
    "v1,Nothing",
    "v1,PodTemplateSpec",
    "v1,k8s.io.api.core.v1.Pod",
    "v1,''",
    "v2,Pod",
    "'',Pod",
    "apps/v1,Pod",
    "apiextensions.k8s.io/v1,CustomResourceDefinition",
    "example.com/v1,Own",
  })
  void k8s15_saysWhatToDoInsteadOfAKindThatIsNotRead(String apiVersion, String kind) {
    assertThatThrownBy(() -> read(ProtobufSamples.body(apiVersion, kind, new byte[0])))
        .isInstanceOfSatisfying(
            UnclearRequestException.class, refused -> assertThat(refused.status()).isEqualTo(415))
        .hasMessageContaining("--dry-run=client -o yaml | kubectl create -f -");
  }

  /** Ours: around the object. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | ''",
        "no type | 1200",
        "no object | 0a0f 0a02 7631 1209 4e616d657370616365",
        "an encoding | 0a0f 0a02 7631 1209 4e616d657370616365 1200 1a04 677a6970",
        "a content type | 0a0f 0a02 7631 1209 4e616d657370616365 1200 1a00 220161",
        "an object twice | 0a0f 0a02 7631 1209 4e616d657370616365 1200 1200",
        "a type twice | 0a0f 0a02 7631 1209 4e616d657370616365 0a00 1200",
        "bytes behind it | 0a0f 0a02 7631 1209 4e616d657370616365 1200 1a00 2200 00",
        "a field of its own | 0a0f 0a02 7631 1209 4e616d657370616365 1200 1a00 2200 2a00",
      })
  void k8s15_takesNoEnvelopeThatGoDoesNotWrite(String what, String hex) {
    assertThatThrownBy(() -> read(ProtobufSamples.body(bytes(hex))))
        .as(what)
        .isInstanceOf(UnclearRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k8s", "k8s\0", "K8s\0", "{\"kind\":\"Namespace\"}"})
  void k8s15_takesNothingElseForProtobuf(String body) {
    assertThatThrownBy(() -> read(body.getBytes(UTF_8)))
        .isInstanceOf(UnclearRequestException.class);
  }

  /** Ours: what is there and empty is not the same as what is not there. */
  @Test
  void keepsWhatIsThereAndEmpty() throws Exception {
    assertThat(read("ReplicationController", "0a06 0a00 1a00 4200 1202 0800").toString())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"kind\":\"ReplicationController\",\"metadata\":{\"name\":\"\","
                + "\"namespace\":\"\",\"creationTimestamp\":null},\"spec\":{\"replicas\":0}}");
    assertThat(read("Secret", "1203 0a0161").path("data").path("a").textValue())
        .as("bytes that are nil, which Go leaves out")
        .isEmpty();
    assertThat(read("Pod", "1207 0a05 0a0161 1200").toString())
        .as("a volume that says nothing but its name")
        .contains("\"volumes\":[{\"name\":\"a\"}]");
  }

  /** Ours: to the second, and to the microsecond. */
  @Test
  void writesTimesAsGoDoes() throws Exception {
    JsonNode event = read("Event", "0a00 1200 3204 0800 1000 5205 0801 10e807");

    assertThat(event.path("firstTimestamp").textValue()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(event.path("eventTime").textValue()).isEqualTo("1970-01-01T00:00:01.000001Z");
  }

  /** Ours: what is taken has one form, so no reader can find anything else in it. */
  @Test
  void k8s15_takesOnlyWhatIsWrittenTheSameAgain() throws Exception {
    Random random = new Random(7);
    List<ProtobufSamples.Kind> kinds = kinds().toList();
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ProtobufSamples.Kind kind = kinds.get(round % kinds.size());
      byte[] raw = mutated(new ProtobufSamples(round, 0.2).filled(kind.message()), random);
      JsonNode read;
      try {
        read = read(ProtobufSamples.body(kind.apiVersion(), kind.name(), raw));
      } catch (UnclearRequestException e) {
        continue;
      }
      taken++;
      DynamicMessage message = DynamicMessage.parseFrom(kind.message(), raw);
      assertThat(message.toByteArray()).as(kind + HexFormat.of().formatHex(raw)).isEqualTo(raw);
      byte[] forwarded = BodyReader.write(read);
      assertThat(BodyReader.write(BodyReader.read(BodyReader.Format.JSON, forwarded)))
          .isEqualTo(forwarded);
    }
    assertThat(taken).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
  }

  /** With some bytes changed, left out, brought in or there twice. */
  private static byte[] mutated(Message object, Random random) {
    byte[] bytes = object.toByteArray();
    for (int change = random.nextInt(3); change >= 0; change--) {
      int at = random.nextInt(bytes.length + 1);
      int end = Math.min(bytes.length, at + random.nextInt(4));
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(bytes, 0, at);
      byte[] other = new byte[random.nextInt(3)];
      random.nextBytes(other);
      changed.writeBytes(other);
      int from = random.nextBoolean() ? at : end;
      changed.write(bytes, from, bytes.length - from);
      bytes = changed.toByteArray();
    }
    return bytes;
  }
}
