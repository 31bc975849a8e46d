package dev.countersign.audit.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one segment record by record and checks each: CRC, sequence and chain. Not thread-safe. The
 * file may grow meanwhile.
 */
final class SegmentScan implements AutoCloseable {

  private static final int READ_AHEAD = 256 << 10;

  /** What is at the current place. */
  sealed interface Step {
    /** A record, checked. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(
        long sequence,
        long sessionSequence,
        long micros,
        byte[] clear,
        byte[] commitment,
        byte[] content)
        implements Step {}

    /** The file ends here, at a record's border. */
    record End() implements Step {}

    /** The file ends within a record: being written, or torn. */
    record Incomplete() implements Step {}

    /** Bytes that are no record, or not the next one. */
    record Bad(String why) implements Step {}
  }

  private final Path path;
  private final RandomAccessFile file;
  private final MessageDigest sha = Sha256.digest();
  private final MerkleFrontier tree;
  private byte[] chain;
  private byte[] lastHash;
  private long sequence;
  private long offset;
  private long micros;
  private byte[] ahead = new byte[0];
  private long aheadOffset;

  SegmentScan(Path path, SegmentHeader header) throws IOException {
    this.path = path;
    this.file = new RandomAccessFile(path.toFile(), "r");
    this.offset = header.length();
    this.tree = MerkleFrontier.of(header.firstSequence() - 1, header.peaks());
    this.chain = header.chainStart();
    this.sequence = header.firstSequence() - 1;
    this.lastHash = header.previousHash().bytes();
  }

  Path path() {
    return path;
  }

  /** Where the next record begins or should begin. */
  long offset() {
    return offset;
  }

  /** The sequence of the last record that was read; one less than the first before that. */
  long sequence() {
    return sequence;
  }

  /** The hash of that record, as the next segment's header has to name it. */
  SegmentHeader.Hash lastHash() {
    return new SegmentHeader.Hash(lastHash);
  }

  /** The time of that record; 0 before the first. */
  long micros() {
    return micros;
  }

  /** The Merkle tree up to that record. */
  MerkleFrontier tree() {
    return tree.copy();
  }

  Step next() throws IOException {
    Step step = read();
    if (!(step instanceof Step.Found)) {
      ahead = new byte[0]; // what is read there the next time may be longer
    }
    return step;
  }

  private Step read() throws IOException {
    byte[] lengthBytes = bytes(offset, 4);
    if (lengthBytes.length < 4) {
      return lengthBytes.length == 0 ? new Step.End() : new Step.Incomplete();
    }
    int content = ByteBuffer.wrap(lengthBytes).getInt();
    if (!RecordFrame.plausible(content)) {
      return new Step.Bad("no record length");
    }
    int length = RecordFrame.OVERHEAD + content;
    // A length that is none must not have memory made for it.
    if (!isAhead(offset, length) && file.length() - offset < length) {
      return new Step.Incomplete();
    }
    byte[] frame = bytes(offset, length);
    if (frame.length < length) {
      return new Step.Incomplete();
    }
    return check(frame);
  }

  private Step check(byte[] frame) {
    if (!RecordFrame.intact(frame, 0, frame.length)) {
      return new Step.Bad("content and CRC differ");
    }
    ByteBuffer in = ByteBuffer.wrap(frame, 4, RecordFrame.HEADER - 4);
    byte[] commitment = new byte[Sha256.BYTES];
    long number = in.getLong();
    if (number != sequence + 1) {
      return new Step.Bad("sequence " + number + " where " + (sequence + 1) + " belongs");
    }
    byte[] hash = RecordFrame.hashIn(frame);
    if (!MessageDigest.isEqual(hash, RecordFrame.expectedHash(chain, frame, sha))) {
      return new Step.Bad("the hash chain breaks at sequence " + number);
    }
    chain = hash;
    lastHash = hash;
    sequence = number;
    offset += frame.length;
    tree.add(hash);
    long sessionSequence = in.getLong();
    micros = in.getLong();
    in.get(commitment);
    return new Step.Found(
        number,
        sessionSequence,
        micros,
        RecordFrame.clear(frame),
        commitment,
        RecordFrame.content(frame));
  }

  /** Whether a whole record is at the current place by now, right or wrong. */
  boolean hasNext() throws IOException {
    byte[] lengthBytes = bytes(offset, 4);
    ahead = new byte[0];
    return lengthBytes.length == 4
        && file.length() - offset
            >= RecordFrame.OVERHEAD + (long) ByteBuffer.wrap(lengthBytes).getInt();
  }

  /** Where an intact record begins behind the current place, if one does. */
  Optional<Long> intactRecordBehind() throws IOException {
    long left = file.length() - offset;
    int length = (int) Math.min(left, RecordFrame.LONGEST);
    byte[] tail = bytes(offset, length);
    ByteBuffer in = ByteBuffer.wrap(tail);
    for (int at = 1; at + RecordFrame.OVERHEAD <= tail.length; at++) {
      int payload = in.getInt(at);
      if (RecordFrame.plausible(payload)
          && payload <= tail.length - at - RecordFrame.OVERHEAD
          && in.getLong(at + 4) > sequence
          && in.getLong(at + 4) - sequence < tail.length
          && RecordFrame.intact(tail, at, RecordFrame.OVERHEAD + payload)) {
        return Optional.of(offset + at);
      }
    }
    return Optional.empty();
  }

  /** Up to that many bytes from that place; fewer only at the end of the file. */
  private byte[] bytes(long from, int length) throws IOException {
    if (!isAhead(from, length)) {
      file.seek(from);
      byte[] read = new byte[Math.max(length, READ_AHEAD)];
      int filled = 0;
      while (filled < read.length) {
        int n = file.read(read, filled, read.length - filled);
        if (n < 0) {
          break;
        }
        filled += n;
      }
      ahead = filled == read.length ? read : Arrays.copyOf(read, filled);
      aheadOffset = from;
    }
    long skip = from - aheadOffset;
    int available = (int) Math.min(length, ahead.length - skip);
    return Arrays.copyOfRange(ahead, (int) skip, (int) skip + available);
  }

  private boolean isAhead(long from, int length) {
    long skip = from - aheadOffset;
    return skip >= 0 && skip + length <= ahead.length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
