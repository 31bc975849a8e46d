package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 128 bytes of a segment; the layout is in {@code docs/journal-format.md}.
 *
 * @param number counts the segments of a journal from 1
 * @param firstSequence the sequence its first record has or will have
 * @param unsyncedFrom the first sequence of earlier segments that the disk may have lost, because
 *     an fsync failed; 0 if none did
 * @param journal the id of the journal
 * @param previousHash the hash of the record before the first one; zeros for the very first
 */
record SegmentHeader(
    long number,
    long firstSequence,
    long unsyncedFrom,
    Instant created,
    UUID journal,
    Hash previousHash) {

  static final int BYTES = 128;
  static final int VERSION = 1;
  private static final byte[] MAGIC = "CSJOURNL".getBytes(US_ASCII);
  private static final int CRC_OFFSET = BYTES - 4;

  /** Thirty-two bytes of SHA-256 that compare by value. */
  @SuppressWarnings("ArrayRecordComponent") // compares the content itself
  record Hash(byte[] bytes) {
    static final Hash NONE = new Hash(new byte[Sha256.BYTES]);

    @Override
    public boolean equals(Object other) {
      return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return HexFormat.of().formatHex(bytes);
    }
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(MAGIC).putShort((short) VERSION).putShort((short) BYTES).putInt(0);
    out.putLong(number).putLong(firstSequence).putLong(unsyncedFrom).putLong(micros(created));
    out.putLong(journal.getMostSignificantBits()).putLong(journal.getLeastSignificantBits());
    out.put(previousHash.bytes);
    out.putInt(CRC_OFFSET, crc(out.array()));
    return out.array();
  }

  /** Empty if these bytes are no header of this version. */
  static Optional<SegmentHeader> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))
        || in.getInt(CRC_OFFSET) != crc(bytes)
        || in.getShort(8) != VERSION
        || in.getShort(10) != BYTES) {
      return Optional.empty();
    }
    in.position(16);
    long number = in.getLong();
    long first = in.getLong();
    long unsyncedFrom = in.getLong();
    Instant created = instant(in.getLong());
    UUID journal = new UUID(in.getLong(), in.getLong());
    byte[] hash = new byte[Sha256.BYTES];
    in.get(hash);
    return Optional.of(
        new SegmentHeader(number, first, unsyncedFrom, created, journal, new Hash(hash)));
  }

  /** What the segment's first record is chained to: so the header cannot be changed either. */
  byte[] chainStart() {
    return Sha256.digest().digest(encode());
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static int crc(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, CRC_OFFSET);
    return (int) crc.getValue();
  }
}
