package dev.countersign.audit.journal;

import dev.countersign.audit.event.EventJson;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One record as bytes: length, sequence, session sequence, time, payload, hash, CRC; the layout is
 * in {@code docs/journal-format.md}.
 */
final class RecordFrame {

  static final int HEADER = 28;
  static final int TRAILER = Sha256.BYTES + 4;
  static final int OVERHEAD = HEADER + TRAILER;
  static final int MAX_PAYLOAD = EventJson.MAX_BYTES;

  private RecordFrame() {}

  /**
   * Writes a record that is chained to its predecessor.
   *
   * @param chain the predecessor's hash; replaced by this record's
   */
  static void write(PendingRecord record, byte[] chain, MessageDigest sha, ByteBuffer out) {
    int start = out.position();
    out.putInt(record.payload().length)
        .putLong(record.sequence())
        .putLong(record.sessionSequence())
        .putLong(record.micros());
    int header = out.position() - HEADER + out.arrayOffset();
    out.put(record.payload());
    sha.update(chain);
    sha.update(out.array(), header, HEADER);
    System.arraycopy(sha.digest(record.payloadHash()), 0, chain, 0, Sha256.BYTES);
    out.put(chain);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), start + out.arrayOffset(), out.position() - start);
    out.putInt((int) crc.getValue());
  }

  /** Whether a payload length can be one; anything else is no record. */
  static boolean plausible(int payloadLength) {
    return payloadLength > 0 && payloadLength <= MAX_PAYLOAD;
  }

  /** Whether a whole frame's CRC is right. */
  static boolean intact(byte[] frame, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(frame, offset, length - 4);
    return (int) crc.getValue() == ByteBuffer.wrap(frame).getInt(offset + length - 4);
  }

  /** The hash that a frame must hold when its predecessor has that hash. */
  static byte[] expectedHash(byte[] chain, byte[] frame, MessageDigest sha) {
    int payload = frame.length - OVERHEAD;
    sha.update(frame, HEADER, payload);
    byte[] payloadHash = sha.digest();
    sha.update(chain);
    sha.update(frame, 0, HEADER);
    return sha.digest(payloadHash);
  }

  static byte[] hashIn(byte[] frame) {
    return Arrays.copyOfRange(frame, frame.length - TRAILER, frame.length - 4);
  }
}
