package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Masker;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is masked is a value of its type, in the format it came in. */
final class TypedMaskTest {

  private static final int UUID_TYPE = 2950;
  private static final int JSONB = 3802;

  private final ValueMasker masker = new ValueMasker(new byte[32]);

  @ParameterizedTest
  @CsvSource(
      nullValues = "NULL",
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "PARTIAL | 1082 | 1984-05-06                    | 1984-01-01",
        "PARTIAL | 1082 | infinity                      | NULL",
        "PARTIAL | 1082 | 0044-03-15 BC                 | NULL",
        "PARTIAL | 1082 | 06/05/1984                    | NULL",
        "REDACT  | 1082 | 1984-05-06                    | NULL",
        "PARTIAL | 1114 | 1984-05-06 07:08:09.123       | 1984-01-01 00:00:00",
        "PARTIAL | 1184 | 1984-05-06 07:08:09+05:30     | 1984-01-01 00:00:00+00",
        "PARTIAL | 1184 | 2026-01-01 05:29:59.9+05:30   | 2025-01-01 00:00:00+00",
        "PARTIAL | 1184 | 2026-01-01 05:30:00+05:30     | 2026-01-01 00:00:00+00",
        "PARTIAL | 1184 | 2025-12-25 01:00:00-167       | 2026-01-01 00:00:00+00",
        "PARTIAL | 1184 | 1890-12-31 23:59:59-00:00:01  | 1891-01-01 00:00:00+00",
        "PARTIAL | 1184 | 0001-01-01 00:00:00+01        | NULL",
        "PARTIAL | 1184 | infinity                      | NULL",
        "PARTIAL | 1184 | -infinity                     | NULL",
        "REDACT  | 114  | {\"ssn\": \"913-66\"}         | \"*****\"",
        "PARTIAL | 3802 | [1, 2]                        | \"*****\"",
        "NULL_   | 3802 | [1, 2]                        | NULL",
        "HASH    | 2950 | not a uuid                    | NULL",
        "HASH    | 23   | 4711                          | NULL"
      })
  void pgp41_textsOfATypeStayTextsOfIt(String how, int type, String value, String expected) {
    byte[] masked = masker.mask(named(how), type, value.getBytes(UTF_8));

    assertThat(masked == null ? null : new String(masked, UTF_8)).isEqualTo(expected);
  }

  private static Masker named(String how) {
    return how.equals("NULL_") ? Masker.NULL : Masker.valueOf(how);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "NULL",
      value = {
        "PARTIAL, 1082, 00000000, 00000000",
        "PARTIAL, 1082, 0000016d, 00000000",
        "PARTIAL, 1082, 0000016f, 0000016e",
        "PARTIAL, 1082, ffffffff, fffffe93",
        "PARTIAL, 1082, 7fffffff, NULL",
        "PARTIAL, 1114, 0000000000000001, 0000000000000000",
        "PARTIAL, 1184, 7fffffffffffffff, NULL",
        "PARTIAL, 1184, 8000000000000000, NULL",
        "REDACT, 3802, 017b7d, 01222a2a2a2a2a22",
        "REDACT, 2950, 000102030405060708090a0b0c0d0e0f, NULL"
      })
  void pgp41_binaryValuesOfATypeStayBinaryValuesOfIt(
      Masker how, int type, String value, String expected) {
    byte[] masked = masker.mask(how, type, HexFormat.of().parseHex(value));

    assertThat(masked == null ? null : HexFormat.of().formatHex(masked)).isEqualTo(expected);
  }

  @Test
  void aUuidHasOneHashInBothFormats() {
    UUID value = UUID.fromString("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    byte[] binary =
        ByteBuffer.allocate(16)
            .putLong(value.getMostSignificantBits())
            .putLong(value.getLeastSignificantBits())
            .array();

    String text =
        new String(masker.mask(Masker.HASH, UUID_TYPE, value.toString().getBytes(UTF_8)), UTF_8);
    ByteBuffer masked = ByteBuffer.wrap(masker.mask(Masker.HASH, UUID_TYPE, binary));

    UUID hash = UUID.fromString(text);
    assertThat(hash).isEqualTo(new UUID(masked.getLong(), masked.getLong())).isNotEqualTo(value);
    assertThat(hash.version()).isEqualTo(8);
    assertThat(hash.variant()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Masker.class)
  void randomBytesBreakNothing(Masker how) {
    Random random = new Random(41);
    for (int type : new int[] {114, 1082, 1114, 1184, UUID_TYPE, JSONB, 1009, 1700}) {
      for (int i = 0; i < 2_000; i++) {
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);

        byte[] masked = masker.mask(how, type, value);

        assertThat(masked == null || masked.length < 64).isTrue();
      }
    }
  }
}
