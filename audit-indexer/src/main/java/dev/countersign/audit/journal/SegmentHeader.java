package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * How a segment begins; the layout is in {@code docs/journal-format.md}.
 *
 * @param number counts the segments of a journal from 1
 * @param firstSequence the sequence its first record has or will have
 * @param unsyncedFrom the first sequence of earlier segments that the disk may have lost, because
 *     an fsync failed; 0 if none did
 * @param journal the id of the journal
 * @param previousHash the hash of the record before the first one; zeros for the very first
 * @param owner the thumbprint of the key that the data key is wrapped to; zeros if the payloads are
 *     not encrypted
 * @param signer the id of the key that signs checkpoints; zeros if nothing does
 * @param peaks the Merkle tree over all records before the first one
 * @param wrappedKey the data key as a compact JWE; empty if the payloads are not encrypted
 */
record SegmentHeader(
    long number,
    long firstSequence,
    long unsyncedFrom,
    Instant created,
    UUID journal,
    Hash previousHash,
    Hash owner,
    Hash signer,
    List<Hash> peaks,
    String wrappedKey) {

  /** The bytes before the peaks. */
  static final int FIXED = 224;

  static final int VERSION = 2;
  static final int LONGEST_KEY = 4_096;

  /** No header is longer. */
  static final int LONGEST = FIXED + Long.SIZE * Sha256.BYTES + LONGEST_KEY + 4;

  private static final byte[] MAGIC = "CSJOURNL".getBytes(US_ASCII);
  private static final byte[] DOMAIN = "countersign/segment/2\n".getBytes(US_ASCII);
  private static final int CRC_OFFSET = FIXED - 4;

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

  SegmentHeader {
    if (wrappedKey.length() > LONGEST_KEY) {
      throw new IllegalArgumentException("a wrapped key of " + wrappedKey.length() + " bytes");
    }
    peaks = List.copyOf(peaks);
  }

  boolean isEncrypted() {
    return !wrappedKey.isEmpty();
  }

  /** Where the first record begins. */
  int length() {
    return FIXED + peaks.size() * Sha256.BYTES + wrappedKey.length() + 4;
  }

  /** Where the first record begins in a segment whose key and payloads were destroyed. */
  int shreddedLength() {
    return length() - wrappedKey.length();
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(length());
    out.put(fixed());
    peaks.forEach(peak -> out.put(peak.bytes));
    out.put(wrappedKey.getBytes(US_ASCII));
    out.putInt(crc(out.array(), FIXED, out.position() - FIXED));
    return out.array();
  }

  /** The header of what is left of a segment whose key and payloads were destroyed. */
  byte[] encodeShredded() {
    ByteBuffer out = ByteBuffer.allocate(shreddedLength());
    out.put(fixed());
    peaks.forEach(peak -> out.put(peak.bytes));
    out.putInt(crc(out.array(), FIXED, out.position() - FIXED));
    return out.array();
  }

  private byte[] fixed() {
    ByteBuffer out = ByteBuffer.allocate(FIXED);
    byte[] key = wrappedKey.getBytes(US_ASCII);
    out.put(MAGIC).putShort((short) VERSION).putShort((short) FIXED).putInt(0);
    out.putLong(number).putLong(firstSequence).putLong(unsyncedFrom).putLong(micros(created));
    out.putLong(journal.getMostSignificantBits()).putLong(journal.getLeastSignificantBits());
    out.put(previousHash.bytes);
    out.putShort((short) (isEncrypted() ? 1 : 0)).putShort((short) 0).putInt(key.length);
    out.put(isEncrypted() ? Sha256.digest().digest(key) : Hash.NONE.bytes);
    out.put(owner.bytes).put(signer.bytes);
    out.putInt(CRC_OFFSET, crc(out.array(), 0, CRC_OFFSET));
    return out.array();
  }

  /** Empty if these bytes do not begin with a whole header of this version. */
  static Optional<SegmentHeader> decode(byte[] bytes) {
    int length = claimedLength(bytes);
    if (length < 0 || bytes.length < length) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(length - 4) != crc(bytes, FIXED, length - 4 - FIXED)) {
      return Optional.empty();
    }
    in.position(16);
    long number = in.getLong();
    long first = in.getLong();
    long unsyncedFrom = in.getLong();
    Instant created = instant(in.getLong());
    UUID journal = new UUID(in.getLong(), in.getLong());
    Hash previous = hash(in);
    in.position(136);
    Hash owner = hash(in);
    Hash signer = hash(in);
    in.position(FIXED);
    List<Hash> peaks = new ArrayList<>();
    for (int i = Long.bitCount(first - 1); i > 0; i--) {
      peaks.add(hash(in));
    }
    byte[] key = new byte[in.getInt(100)];
    in.get(key);
    SegmentHeader header =
        new SegmentHeader(
            number,
            first,
            unsyncedFrom,
            created,
            journal,
            previous,
            owner,
            signer,
            peaks,
            new String(key, US_ASCII));
    // Reserved bytes, the hash of the key and whatever else is not a field must be as written.
    return Arrays.equals(header.encode(), 0, length, bytes, 0, length)
        ? Optional.of(header)
        : Optional.empty();
  }

  /** How long a header is that begins so; negative if it is none. */
  static int claimedLength(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < FIXED
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))
        || in.getInt(CRC_OFFSET) != crc(bytes, 0, CRC_OFFSET)
        || in.getShort(8) != VERSION
        || in.getShort(10) != FIXED
        || in.getLong(24) < 1
        || in.getInt(100) < 0
        || in.getInt(100) > LONGEST_KEY) {
      return -1;
    }
    return FIXED + Long.bitCount(in.getLong(24) - 1) * Sha256.BYTES + in.getInt(100) + 4;
  }

  /**
   * What the segment's first record is chained to: so the header cannot be changed either. The
   * wrapped key counts by its hash, so that it can be destroyed.
   */
  byte[] chainStart() {
    MessageDigest sha = Sha256.digest();
    sha.update(DOMAIN);
    sha.update(fixed(), 0, CRC_OFFSET);
    peaks.forEach(peak -> sha.update(peak.bytes));
    return sha.digest();
  }

  private static Hash hash(ByteBuffer in) {
    byte[] hash = new byte[Sha256.BYTES];
    in.get(hash);
    return new Hash(hash);
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
