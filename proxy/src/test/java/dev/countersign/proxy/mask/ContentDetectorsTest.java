package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Detector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDetectorsTest {

  private static final int TEXT = 25;
  private static final int JSONB = 3802;
  private static final int INT4 = 23;
  private static final int INT8 = 20;
  private static final int BYTEA = 17;
  private static final int TEXT_ARRAY = 1009;
  private static final int RECORD = 2249;
  private static final int NUMERIC = 1700;

  private static boolean finds(Detector detector, String text) {
    return ContentDetectors.finds(detector, TEXT, text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "EMAIL | write to ada.lovelace+x@mail.example.co.uk, please",
        "EMAIL | {\"to\":\"josé@exämple.org\"}",
        "EMAIL | <a@b.io>",
        "PHONE | call +44 20 7946 0958",
        "PHONE | +4915112345678",
        "PHONE | (555) 010-4477",
        "PHONE | 555-010-4477",
        "IBAN | DE89 3704 0044 0532 0130 00 is his",
        "IBAN | pay GB82WEST12345698765432 now",
        "IBAN | nl91abna0417164300",
        "PAYMENT_CARD | 4111 1111 1111 1111",
        "PAYMENT_CARD | card:5500-0000-0000-0004.",
        "PAYMENT_CARD | 340000000000009",
        "SSN | 123-45-6789",
        "SSN | ssn=123 45 6789;",
        "SECRET | AKIAIOSFODNN7EXAMPLE",
        "SECRET | -----BEGIN RSA PRIVATE KEY-----",
        "SECRET | ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "SECRET | eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
        "SECRET | github_pat_0123456789abcdefghijAB",
        "SECRET | glpat-0123456789abcdefghij",
        "SECRET | xoxb-0123456789-abc",
        "SECRET | sk-ant-" + "api03-q7Wm2Kx9Zt4Rv8Lp3Nc6",
        "SECRET | sk_live_0123456789abcdef",
        "SECRET | -----BEGIN PRIVATE KEY-----",
        "SECRET | postgres://app:s3cretword@db/shop",
        "SECRET | {\"password\": \"hunter22\"}",
        "SECRET | API_KEY=abcdef123456"
      })
  void findsWhatItIsFor(Detector detector, String text) {
    assertThat(finds(detector, text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "EMAIL | @mention and a@b",
        "EMAIL | 3 @ 4.50",
        "PHONE | 2026-11-23 10:00:00",
        "PHONE | order 5550104477",
        "PHONE | 1 + 1",
        "IBAN | DE89 3704 0044 0532 0130 01",
        "IBAN | SQL2026 is a standard",
        "PAYMENT_CARD | 4111 1111 1111 1112",
        "PAYMENT_CARD | 1234567890123456789012",
        "PAYMENT_CARD | 20261123100000",
        "SSN | 000-12-3456",
        "SSN | 666-12-3456",
        "SSN | 123-45-67890",
        "SECRET | the password was changed",
        "SECRET | postgres://db:5432/shop",
        "SECRET | the key begins with sk-ant-",
        "SECRET | secret: none"
      })
  void passesOver(Detector detector, String text) {
    assertThat(finds(detector, text)).isFalse();
  }

  @Test
  void readsNumbersInBothFormats() {
    byte[] int8 = ByteBuffer.allocate(8).putLong(4111111111111111L).array();
    byte[] numeric =
        ByteBuffer.allocate(16)
            .putShort((short) 4)
            .putShort((short) 3)
            .putShort((short) 0)
            .putShort((short) 0)
            .putShort((short) 4111)
            .putShort((short) 1111)
            .putShort((short) 1111)
            .putShort((short) 1111)
            .array();
    byte[] text = "4111111111111111".getBytes(UTF_8);

    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, INT8, int8)).isTrue();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, INT8, text)).isTrue();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, NUMERIC, numeric)).isTrue();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, NUMERIC, text)).isTrue();
    assertThat(ContentDetectors.finds(Detector.SSN, INT8, text)).isFalse();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, INT4, text)).isFalse();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, NUMERIC, new byte[8])).isFalse();
  }

  @Test
  void takesEightDigitsForEightDigits() {
    for (int number = 10_000_000; number < 10_001_000; number++) {
      byte[] text = String.valueOf(number).getBytes(UTF_8);
      assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, INT8, text)).isFalse();
    }
  }

  /** Ours: the last byte of the length of what follows is the digit 4. */
  @Test
  void readsTheElementsOfBinaryArraysAndRows() {
    byte[] element = ("4111111111111111 " + "x".repeat('4' - 17)).getBytes(UTF_8);
    byte[] array =
        ByteBuffer.allocate(24 + element.length)
            .putInt(1)
            .putInt(0)
            .putInt(TEXT)
            .putInt(1)
            .putInt(1)
            .putInt(element.length)
            .put(element)
            .array();
    byte[] row =
        ByteBuffer.allocate(20 + array.length)
            .putInt(2)
            .putInt(TEXT)
            .putInt(-1)
            .putInt(TEXT_ARRAY)
            .putInt(array.length)
            .put(array)
            .array();

    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, TEXT_ARRAY, array)).isTrue();
    assertThat(ContentDetectors.finds(Detector.PAYMENT_CARD, RECORD, row)).isTrue();
    assertThat(ContentDetectors.parts(Detector.PAYMENT_CARD, RECORD, row))
        .containsExactly("4111111111111111");
  }

  @Test
  void readsBytesInBothFormats() {
    byte[] mail = "to a@b.io".getBytes(UTF_8);
    byte[] hex = ("\\x" + HexFormat.of().formatHex(mail)).getBytes(UTF_8);

    assertThat(ContentDetectors.finds(Detector.EMAIL, BYTEA, mail)).isTrue();
    assertThat(ContentDetectors.finds(Detector.EMAIL, BYTEA, hex)).isTrue();
  }

  /** Ours: an array that says it has more than there is, and a row in a row in a row. */
  @Test
  void readsNothingIntoWhatOnlyLooksLikeARow() {
    byte[] nested = {0, 0, 0, 0};
    for (int level = 0; level < 200; level++) {
      nested =
          ByteBuffer.allocate(12 + nested.length)
              .putInt(1)
              .putInt(RECORD)
              .putInt(nested.length)
              .put(nested)
              .array();
      assertThat(ContentDetectors.finds(Detector.EMAIL, RECORD, nested)).isFalse();
    }
    byte[] huge = ByteBuffer.allocate(12).putInt(Integer.MAX_VALUE).putInt(TEXT).putInt(5).array();
    assertThat(ContentDetectors.finds(Detector.EMAIL, RECORD, huge)).isFalse();
    byte[] negative = ByteBuffer.allocate(12).putInt(1).putInt(TEXT).putInt(-7).array();
    assertThat(ContentDetectors.finds(Detector.EMAIL, RECORD, negative)).isFalse();
  }

  @Test
  void readsBinaryJson() {
    byte[] jsonb = "\u0001{\"mail\": \"a@b.io\"}".getBytes(UTF_8);

    assertThat(ContentDetectors.finds(Detector.EMAIL, JSONB, jsonb)).isTrue();
  }

  /** What makes a careless pattern try again and again, or recurse until the stack is full. */
  @ParameterizedTest
  @EnumSource(Detector.class)
  void endsOnLongValuesOfNearlyEverything(Detector detector) {
    for (String part :
        List.of("a.", "a@", "1", "1 ", "+1(", "DE12 ", "eyJa", "A", "-", "password=")) {
      byte[] value = part.repeat(1_000_000 / part.length()).getBytes(UTF_8);
      boolean found = ContentDetectors.finds(detector, TEXT, value);
      assertThat(found).as(part).isEqualTo(detector == Detector.SECRET && part.endsWith("="));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 64})
  void survivesAnyBytes(int length) {
    byte[] value = new byte[length];
    Arrays.fill(value, (byte) 0xFF);
    for (Detector detector : Detector.values()) {
      for (int type : new int[] {TEXT, JSONB, INT8, NUMERIC}) {
        assertThat(ContentDetectors.finds(detector, type, value)).isFalse();
      }
    }
  }
}
