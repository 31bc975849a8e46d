package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import dev.countersign.audit.journal.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes records to the current segment and begins the next one when it is full. Not thread-safe.
 *
 * <p>Only whole writes count: after an IOException the records since the last {@link #flush} are
 * not {@link #written}, and {@link #restart} must succeed before anything else is written.
 */
final class SegmentWriter {

  private static final int BUFFER = 1 << 20;

  private final Path directory;
  private final long segmentSize;
  private final Storage storage;
  private final UUID journal;
  private final MessageDigest sha = Sha256.digest();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final List<StoredFile> full = new ArrayList<>();

  private StoredFile file;
  private SegmentHeader header;
  private long length;
  private byte[] chain;
  private long buffered;
  private long written;
  private Hash lastHash;

  SegmentWriter(JournalConfig config, Storage storage, Recovery.End end) throws IOException {
    directory = config.directory();
    segmentSize = config.segmentSize();
    this.storage = storage;
    journal = end.journal();
    written = end.sequence();
    buffered = written;
    lastHash = end.hash();
    header = nextHeader(end.segment(), 0);
    file = create(header);
    length = SegmentHeader.BYTES;
    chain = header.chainStart();
  }

  UUID journal() {
    return journal;
  }

  /** The last sequence that is in a file as a whole. */
  long written() {
    return written;
  }

  void append(PendingRecord record) throws IOException {
    int frame = record.frameLength();
    long end = length + buffer.position();
    if (end + frame > segmentSize && end > SegmentHeader.BYTES) {
      flush();
      begin(nextHeader(header.number() + 1, 0));
    }
    if (frame > buffer.remaining()) {
      flush();
    }
    buffered = record.sequence();
    if (frame <= buffer.capacity()) {
      RecordFrame.write(record, chain, sha, buffer);
      return;
    }
    ByteBuffer large = ByteBuffer.allocate(frame);
    RecordFrame.write(record, chain, sha, large);
    write(large);
  }

  void flush() throws IOException {
    write(buffer);
  }

  private void write(ByteBuffer out) throws IOException {
    if (out.position() > 0) {
      file.write(out.array(), out.arrayOffset(), out.position());
      length += out.position();
      out.clear();
    }
    written = buffered;
    lastHash = new Hash(chain.clone());
  }

  /**
   * Cuts off what was written in part and begins a new segment: what was in the old one when its
   * fsync failed can never be called durable again.
   *
   * @param unsyncedFrom the first sequence that may be lost, 0 if none is
   */
  void restart(long unsyncedFrom) throws IOException {
    buffer.clear();
    buffered = written;
    file.truncate(length);
    if (length == SegmentHeader.BYTES && unsyncedFrom == 0) {
      chain = header.chainStart();
      return;
    }
    begin(nextHeader(header.number() + 1, unsyncedFrom));
  }

  /** What has to be synced so that everything written is durable: full segments, then this one. */
  List<StoredFile> unsynced() {
    List<StoredFile> files = new ArrayList<>(full);
    files.add(file);
    full.clear();
    return files;
  }

  private void begin(SegmentHeader next) throws IOException {
    StoredFile created = create(next);
    full.add(file);
    file = created;
    header = next;
    length = SegmentHeader.BYTES;
    chain = header.chainStart();
  }

  private SegmentHeader nextHeader(long number, long unsyncedFrom) {
    return new SegmentHeader(number, written + 1, unsyncedFrom, Instant.now(), journal, lastHash);
  }

  private StoredFile create(SegmentHeader header) throws IOException {
    StoredFile created = storage.create(SegmentFiles.path(directory, header.number()));
    try {
      created.write(header.encode(), 0, SegmentHeader.BYTES);
    } catch (IOException e) {
      created.close();
      throw e;
    }
    return created;
  }
}
