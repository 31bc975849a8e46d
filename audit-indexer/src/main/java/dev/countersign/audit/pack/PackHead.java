package dev.countersign.audit.pack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What stands in clear before a sealed pack. All of it is bound to every piece of the pack.
 *
 * @param sha256 of the pack, in hex
 * @param length of the pack
 * @param owner the RFC 7638 thumbprint of the owner's key
 * @param wrapped the data key as a compact JWE
 */
record PackHead(String sha256, long length, String owner, String wrapped) {

  private static final long MAGIC = 0x4353474954504b31L; // CSGITPK1
  private static final int FIXED = 82;
  private static final int HASH = 32;
  private static final int LONGEST_KEY = 4_096;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Base64.Encoder THUMBPRINT = Base64.getUrlEncoder().withoutPadding();

  /** The longest there is. */
  static final int LONGEST = FIXED + LONGEST_KEY;

  PackHead {
    if (!isDigest(sha256)) {
      throw new IllegalArgumentException("no SHA-256 in hex: " + sha256);
    }
    if (length < 1) {
      throw new IllegalArgumentException("a pack is not empty");
    }
    if (wrapped.isEmpty() || wrapped.length() > LONGEST_KEY) {
      throw new IllegalArgumentException("a wrapped key of " + wrapped.length() + " characters");
    }
  }

  static boolean isDigest(String text) {
    return SHA256.matcher(text).matches();
  }

  byte[] bytes() {
    byte[] key = wrapped.getBytes(US_ASCII);
    return ByteBuffer.allocate(FIXED + key.length)
        .putLong(MAGIC)
        .put(HexFormat.of().parseHex(sha256))
        .putLong(length)
        .put(Base64.getUrlDecoder().decode(owner))
        .putShort((short) key.length)
        .put(key)
        .array();
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none
   */
  static PackHead read(DataInputStream in) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new IOException("this is no sealed pack");
    }
    String sha256 = HexFormat.of().formatHex(in.readNBytes(HASH));
    long length = in.readLong();
    byte[] owner = in.readNBytes(HASH);
    int key = in.readUnsignedShort();
    if (key > LONGEST_KEY) {
      throw new IOException("the head of the sealed pack is damaged");
    }
    byte[] wrapped = in.readNBytes(key);
    try {
      if (wrapped.length < key) {
        throw new IOException("the sealed pack ends in its head");
      }
      return new PackHead(
          sha256, length, THUMBPRINT.encodeToString(owner), new String(wrapped, US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new IOException("the head of the sealed pack is damaged: " + e.getMessage(), e);
    }
  }
}
