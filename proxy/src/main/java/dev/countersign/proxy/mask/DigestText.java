package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A digest as people and joins see it: 26 letters and digits of base 32. */
final class DigestText {

  private static final int CHARACTERS = 26;
  private static final char[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();

  private DigestText() {}

  /**
   * Writes the beginning of a digest.
   *
   * @param digest at least 17 bytes
   */
  static String of(byte[] digest) {
    byte[] text = new byte[CHARACTERS];
    for (int i = 0; i < CHARACTERS; i++) {
      int bit = i * 5;
      int window = (digest[bit / 8] & 0xff) << 8 | (digest[bit / 8 + 1] & 0xff);
      text[i] = (byte) BASE32[window >> (11 - bit % 8) & 31];
    }
    return new String(text, US_ASCII);
  }
}
