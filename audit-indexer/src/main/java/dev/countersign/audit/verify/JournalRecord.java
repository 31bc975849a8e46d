package dev.countersign.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One record as it lies in a segment.
 *
 * @param clear bytes 4 to 59
 * @param contentHash of what is or was its content
 * @param intact whether its CRC is right
 */
record JournalRecord(
    long offset,
    int length,
    long sequence,
    long micros,
    Bytes clear,
    Bytes commitment,
    Bytes content,
    Bytes contentHash,
    Bytes hash,
    boolean intact) {

  static final int OVERHEAD = 96;
  static final int LONGEST_CONTENT = 16 + (64 << 20) + 16;

  static JournalRecord parse(byte[] frame, long offset, boolean shredded) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    int contentLength = frame.length - OVERHEAD;
    in.position(4);
    Bytes clear = Bytes.take(in, 56);
    Bytes content = Bytes.take(in, contentLength);
    Bytes hash = Bytes.take(in, 32);
    return new JournalRecord(
        offset,
        frame.length,
        in.getLong(4),
        in.getLong(20),
        clear,
        new Bytes(Arrays.copyOfRange(frame, 28, 60)),
        content,
        shredded ? content : Bytes.sha256(content.all()),
        hash,
        in.getInt() == Bytes.crc(frame, 0, frame.length - 4));
  }

  Bytes hashAfter(Bytes previous) {
    return Bytes.sha256(
        "countersign/record/2\n".getBytes(US_ASCII),
        previous.all(),
        clear.all(),
        contentHash.all());
  }
}
