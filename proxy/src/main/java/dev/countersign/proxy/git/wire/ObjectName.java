package dev.countersign.proxy.git.wire;

import java.util.Locale;

/**
 * The name of an object: its SHA-1 or SHA-256.
 *
 * @param hex 40 or 64 lower-case digits
 */
public record ObjectName(String hex) {

  private static final int SHA1 = 40;
  private static final int SHA256 = 64;

  public ObjectName {
    if (hex.length() != SHA1 && hex.length() != SHA256) {
      throw new IllegalArgumentException("an object name has 40 or 64 digits");
    }
    for (int i = 0; i < hex.length(); i++) {
      if (PacketReader.hexDigit(hex.charAt(i)) < 0) {
        throw new IllegalArgumentException("an object name is hexadecimal");
      }
    }
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /**
   * Reads one.
   *
   * @throws GitWireException if it is none
   */
  static ObjectName read(String text) throws GitWireException {
    try {
      return new ObjectName(text);
    } catch (IllegalArgumentException e) {
      throw new GitWireException("where an object name should be, there is none");
    }
  }

  /** Whether it stands for no object. */
  public boolean isZero() {
    return hex.chars().allMatch(digit -> digit == '0');
  }

  public boolean isSha1() {
    return hex.length() == SHA1;
  }

  public String abbreviated() {
    return hex.substring(0, 10);
  }

  @Override
  public String toString() {
    return hex;
  }
}
