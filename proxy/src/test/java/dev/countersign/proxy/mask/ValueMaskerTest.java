package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.rules.verdict.Masker;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueMaskerTest {

  private static final int TEXT = 25;
  private static final int VARCHAR = 1043;

  private final ValueMasker masker = new ValueMasker(new byte[32]);

  private String mask(Masker how, int type, String value) {
    byte[] masked = masker.mask(how, type, value.getBytes(UTF_8));
    return masked == null ? null : new String(masked, UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "REDACT, 913-66-7755, *****",
    "REDACT, '', *****",
    "PARTIAL, 913-66-7755, *****7755",
    "PARTIAL, 12345678, *****5678",
    "PARTIAL, 1234567, *****",
    "PARTIAL, ééééàààà, *****àààà",
    "PARTIAL, 😀😀😀😀😀😀😀😁, *****😀😀😀😁",
  })
  void hidesTexts(Masker how, String value, String expected) {
    assertThat(mask(how, TEXT, value)).isEqualTo(expected);
    assertThat(mask(how, VARCHAR, value)).isEqualTo(expected);
  }

  @Test
  void nullIsNull() {
    assertThat(mask(Masker.NULL, TEXT, "x")).isNull();
  }

  @Test
  void equalValuesHaveEqualHashesUnderOneKeyOnly() {
    String hash = mask(Masker.HASH, TEXT, "ada@example.org");

    assertThat(hash)
        .matches("[a-z2-7]{26}")
        .isEqualTo(mask(Masker.HASH, VARCHAR, "ada@example.org"));
    assertThat(mask(Masker.HASH, TEXT, "Ada@example.org")).isNotEqualTo(hash);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new ValueMasker(other).mask(Masker.HASH, TEXT, "ada@example.org".getBytes(UTF_8)))
        .isNotEqualTo(hash.getBytes(UTF_8));
  }

  /** bool, char, int4, json, float8, money, inet, date, numeric, uuid, jsonb, text[], unknown. */
  @ParameterizedTest
  @ValueSource(ints = {16, 18, 23, 701, 790, 869, 1700, 2950, 1009, 99_999})
  void pgp41_aTypeThatHoldsNoPlaceholderBecomesNull(int type) {
    for (Masker how : EnumSet.complementOf(EnumSet.of(Masker.FORMAT))) {
      assertThat(mask(how, type, "4711")).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Masker.class)
  void noValueBreaksItOrSurvives(Masker how) {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] value = new byte[8 + random.nextInt(40)];
      random.nextBytes(value);

      byte[] masked = masker.mask(how, TEXT, value);

      assertThat(masked == null || !new String(masked, UTF_8).contains(new String(value, UTF_8)))
          .isTrue();
    }
  }

  @Test
  void aWeakKeyIsRefused() {
    assertThatThrownBy(() -> new ValueMasker(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
