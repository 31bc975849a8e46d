package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.countersign.audit.event.EventJson;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record as bytes: length, sequence, session sequence, time, commitment, content, hash, CRC;
 * the layout is in {@code docs/journal-format.md}.
 */
final class RecordFrame {

  static final int HEADER = 60;
  static final int TRAILER = Sha256.BYTES + 4;
  static final int OVERHEAD = HEADER + TRAILER;

  private static final int LONGEST_CONTENT =
      Commitment.SALT + EventJson.MAX_BYTES + PayloadCipher.TAG;
  static final int LONGEST = OVERHEAD + LONGEST_CONTENT;

  private static final byte[] DOMAIN = "countersign/record/2\n".getBytes(US_ASCII);

  private RecordFrame() {}

  /**
   * Writes a record that is chained to its predecessor.
   *
   * @param chain the predecessor's hash; replaced by this record's
   * @param cipher seals the content; null in a segment that is not encrypted
   */
  static void write(
      PendingRecord record,
      byte[] chain,
      @Nullable PayloadCipher cipher,
      MessageDigest sha,
      ByteBuffer out) {
    int start = out.position();
    int length = contentLength(record, cipher != null);
    out.putInt(length)
        .putLong(record.sequence())
        .putLong(record.sessionSequence())
        .putLong(record.micros())
        .put(record.commitment());
    ByteBuffer clear = out.duplicate().position(start + 4).limit(start + HEADER);
    if (cipher == null) {
      out.put(record.content());
    } else {
      cipher.seal(record.sequence(), clear.duplicate(), record.content(), out);
    }
    sha.update(out.array(), out.arrayOffset() + start + HEADER, length);
    byte[] contentHash = sha.digest();
    sha.update(DOMAIN);
    sha.update(chain);
    sha.update(clear);
    System.arraycopy(sha.digest(contentHash), 0, chain, 0, Sha256.BYTES);
    out.put(chain);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), start + out.arrayOffset(), out.position() - start);
    out.putInt((int) crc.getValue());
  }

  static int length(PendingRecord record, boolean encrypted) {
    return OVERHEAD + contentLength(record, encrypted);
  }

  private static int contentLength(PendingRecord record, boolean encrypted) {
    return record.content().length + (encrypted ? PayloadCipher.TAG : 0);
  }

  /** Whether a length of content can be one; anything else is no record. */
  static boolean plausible(int contentLength) {
    return contentLength > Commitment.SALT && contentLength <= LONGEST_CONTENT;
  }

  /** Whether a whole frame's CRC is right. */
  static boolean intact(byte[] frame, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(frame, offset, length - 4);
    return (int) crc.getValue() == ByteBuffer.wrap(frame).getInt(offset + length - 4);
  }

  /** The hash that a frame must hold when its predecessor has that hash. */
  static byte[] expectedHash(byte[] chain, byte[] frame, MessageDigest sha) {
    sha.update(frame, HEADER, frame.length - OVERHEAD);
    byte[] contentHash = sha.digest();
    sha.update(DOMAIN);
    sha.update(chain);
    sha.update(frame, 4, HEADER - 4);
    return sha.digest(contentHash);
  }

  static byte[] hashIn(byte[] frame) {
    return Arrays.copyOfRange(frame, frame.length - TRAILER, frame.length - 4);
  }

  /** The part of a frame that stays in the clear and that its content is bound to. */
  static byte[] clear(byte[] frame) {
    return Arrays.copyOfRange(frame, 4, HEADER);
  }

  static byte[] content(byte[] frame) {
    return Arrays.copyOfRange(frame, HEADER, frame.length - TRAILER);
  }
}
