package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

  private static final int ROUNDS = 4_000;
  private static final String ALPHABET = "{}[]:,\"'&*!<|>-#% \n\tabkind0123e.\\u\u00e9\0";

  private static JsonNode read(BodyReader.Format format, String text)
      throws UnclearRequestException {
    return BodyReader.read(format, text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\na: 2",
        "spec: {privileged: false, privileged: true}",
        "a: &x {b: 1}\nc: *x",
        "a: &x {b: 1}\nc: {<<: *x}",
        "<<: {a: 1}",
        "kind: Pod\n---\nkind: Secret",
        "a: !!binary aGk=",
        "a: !custom x",
        "!!map {a: 1}",
        "? [a, b] : c",
        "a: [1, 2",
        "",
      })
  void k8s20_refusesYamlThatIsReadInTwoWays(String yaml) {
    assertThatThrownBy(() -> read(BodyReader.Format.YAML, yaml))
        .isInstanceOf(UnclearRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"privileged\":false,\"privileged\":true}",
        "{\"a\":{\"b\":1,\"\\u0062\":2}}",
        "{\"a\":1}{\"a\":2}",
        "{\"a\":1} x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "// a\n{}",
        "{\"a\":1,}",
        "",
      })
  void k8s20_refusesJsonThatIsReadInTwoWays(String json) {
    assertThatThrownBy(() -> read(BodyReader.Format.JSON, json))
        .isInstanceOf(UnclearRequestException.class);
  }

  @Test
  void k8s20_laughsAtNobody() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9) + "x"));
    }

    assertThatThrownBy(() -> read(BodyReader.Format.YAML, bomb.toString()))
        .isInstanceOf(UnclearRequestException.class);
    assertThatThrownBy(() -> read(BodyReader.Format.YAML, "[".repeat(50_000)))
        .isInstanceOf(UnclearRequestException.class);
    assertThatThrownBy(() -> read(BodyReader.Format.JSON, "{\"a\":".repeat(50_000)))
        .isInstanceOf(UnclearRequestException.class);
  }

  @Test
  void k8s20_forwardsWhatItHasReadAndNothingElse() throws Exception {
    JsonNode read =
        read(
            BodyReader.Format.YAML,
            "a: 'yes' # comment\nb: yes\nc: 1.50\nd: 0o17\ne: ~\nf: 'a\tb'");

    assertThat(read(BodyReader.Format.JSON, new String(BodyReader.write(read), UTF_8)))
        .isEqualTo(read);
  }

  @ParameterizedTest
  @EnumSource(BodyReader.Format.class)
  void survivesRandomBytes(BodyReader.Format format) throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = new byte[random.nextInt(80)];
      random.nextBytes(body);
      if (round % 2 == 0) {
        StringBuilder text = new StringBuilder();
        random
            .ints(body.length, 0, ALPHABET.length())
            .forEach(at -> text.append(ALPHABET.charAt(at)));
        body = text.toString().getBytes(UTF_8);
      }
      try {
        JsonNode read = BodyReader.read(format, body);
        byte[] forwarded = BodyReader.write(read);
        assertThat(BodyReader.write(BodyReader.read(BodyReader.Format.JSON, forwarded)))
            .as(new String(body, UTF_8))
            .isEqualTo(forwarded);
      } catch (UnclearRequestException e) {
        assertThat(e.status()).isEqualTo(400);
      }
    }
  }
}
