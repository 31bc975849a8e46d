package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Masker;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ByteConverter;

/** Masks that keep the form of a value. */
final class FormatMaskTest {

  private static final int TEXT = 25;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int INT8 = 20;
  private static final int NUMERIC = 1700;

  private final ValueMasker masker = new ValueMasker(new byte[32]);

  private byte[] mask(int type, byte[] value) {
    return requireNonNull(masker.mask(Masker.FORMAT, type, value));
  }

  private String mask(int type, String value) {
    return new String(mask(type, value.getBytes(UTF_8)), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "913-66-1234, \\d{3}-\\d{2}-\\d{4}",
    "+49 (30) 1234567, \\+\\d{2} \\(\\d{2}\\) \\d{7}",
    "Grace.Hopper@navy.example, [A-Z][a-z]{4}\\.[A-Z][a-z]{5}@[a-z]{4}\\.[a-z]{7}",
    "DE89 3704, [A-Z]{2}\\d{2} \\d{4}",
    "Jürgen 東京 ٣, [A-Z][a-z]{5} [a-z]{2} \\d",
    "a→b🦊, [a-z]\\*[a-z]\\*"
  })
  void keepsWhatIsBetweenDigitsAndLetters(String value, String form) {
    assertThat(mask(TEXT, value)).matches(form).isNotEqualTo(value).isEqualTo(mask(TEXT, value));
  }

  @Test
  void anotherKeyMakesOthersOfThem() {
    ValueMasker other = new ValueMasker("another key that has 32 bytes ok".getBytes(UTF_8));

    assertThat(other.mask(Masker.FORMAT, TEXT, "913-66-1234".getBytes(UTF_8)))
        .isNotEqualTo(mask(TEXT, "913-66-1234".getBytes(UTF_8)));
  }

  @Test
  void longTextsDoNotRepeatThemselves() {
    String masked = mask(TEXT, "7".repeat(1_000));

    assertThat(masked).hasSize(1_000);
    assertThat(masked.indexOf(masked.substring(0, 20), 1)).isNegative();
  }

  /** In binary format they may be two bytes of an int2: one byte would be no value of it. */
  @Test
  void aNegativeNumberStaysOne() {
    for (int number = 1; number < 10; number++) {
      assertThat(mask(INT2, "-" + number)).matches("-[1-9]");
      assertThat(mask(INT4, "-" + number)).matches("-[1-9]");
      assertThat(mask(NUMERIC, "-" + number + ".0")).matches("-[1-9]\\.\\d");
    }
  }

  @Test
  void pgp41_numbersStayNumbersOfTheirTypeAndAreTheSameInBothFormats() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      long any = random.nextLong() >> random.nextInt(64);
      same(INT2, any, 2);
      same(INT4, any, 4);
      same(INT8, any, 8);
      BigDecimal number = BigDecimal.valueOf(any, random.nextInt(30));
      String decimal = number.toPlainString();
      String masked = mask(NUMERIC, decimal);
      assertThat(masked).hasSameSizeAs(decimal);
      assertThat(new BigDecimal(masked).scale()).isEqualTo(number.scale());
      assertThat((BigDecimal) ByteConverter.numeric(mask(NUMERIC, ByteConverter.numeric(number))))
          .as(decimal)
          .isEqualTo(new BigDecimal(masked));
    }
  }

  private void same(int type, long any, int bytes) {
    byte[] wide = ByteBuffer.allocate(8).putLong(any).array();
    byte[] binary = Arrays.copyOfRange(wide, 8 - bytes, 8);
    BigInteger number = new BigInteger(binary);
    String masked = mask(type, number.toString());
    assertThat(mask(type, binary)).hasSize(bytes);
    if (new String(binary, UTF_8).matches("-?\\d+")) {
      // Bytes that are digits are taken for digits.
      return;
    }

    BigInteger own = new BigInteger(masked);
    assertThat(own.bitLength()).isLessThan(8 * bytes);
    assertThat(own.abs().toString()).hasSameSizeAs(number.abs().toString());
    assertThat(new BigInteger(mask(type, binary))).isEqualTo(own);
  }
}
