package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.UnaryOperator;

/**
 * Values that look like those they stand for: a digit for a digit, a letter for a letter of the
 * same case, the same for equal values. What is between them and how many they are remains.
 */
final class FormatMask {

  private static final int LETTERS = 26;

  private final UnaryOperator<byte[]> digest;
  private byte[] block;
  private int at;

  /**
   * For one value.
   *
   * @param digest keyed
   */
  private FormatMask(byte[] value, UnaryOperator<byte[]> digest) {
    this.digest = digest;
    // Twice: what the hash masker shows of a value says nothing of this.
    this.block = digest.apply(digest.apply(value));
  }

  private int next(int bound) {
    if (at == block.length) {
      block = digest.apply(block);
      at = 0;
    }
    return ((block[at++] & 0xff) * bound) >> Byte.SIZE;
  }

  /** Of a text. */
  static byte[] text(byte[] value, UnaryOperator<byte[]> digest) {
    FormatMask mask = new FormatMask(value, digest);
    StringBuilder masked = new StringBuilder(value.length);
    new String(value, UTF_8).codePoints().forEach(c -> masked.append(mask.like(c)));
    return masked.toString().getBytes(UTF_8);
  }

  private char like(int c) {
    if (Character.isDigit(c)) {
      return (char) ('0' + next(10));
    }
    if (Character.isUpperCase(c)) {
      return (char) ('A' + next(LETTERS));
    }
    if (Character.isLetter(c)) {
      return (char) ('a' + next(LETTERS));
    }
    return c < 128 ? (char) c : '*';
  }

  /** Of a number in decimal: as many digits, and the same sign. */
  static String decimal(String number, UnaryOperator<byte[]> digest) {
    FormatMask mask = new FormatMask(number.getBytes(US_ASCII), digest);
    StringBuilder masked = new StringBuilder(number.length());
    boolean isNegative = number.startsWith("-");
    int first = isNegative ? 1 : 0;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      boolean isOnly = i + 1 == number.length() || number.charAt(i + 1) == '.';
      boolean leads = i == first && (isNegative || !isOnly);
      masked.append(
          c < '0' || c > '9' ? c : (char) (leads ? '1' + mask.next(9) : '0' + mask.next(10)));
    }
    return masked.toString();
  }
}
