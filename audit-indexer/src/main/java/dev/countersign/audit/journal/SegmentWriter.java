package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import dev.countersign.audit.journal.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

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
  private final Optional<SegmentKeys> keys;
  private final Hash signer;
  private final Duration segmentAge;
  private final List<StoredFile> full = new ArrayList<>();

  private StoredFile file;
  private SegmentHeader header;
  private long length;
  private byte[] chain;
  private long buffered;
  private long written;
  private Hash lastHash;
  private MerkleFrontier tree;
  private MerkleFrontier writtenTree;
  private @Nullable PayloadCipher cipher;

  SegmentWriter(JournalConfig config, Storage storage, Recovery.End end, Optional<SegmentKeys> keys)
      throws IOException {
    this.keys = keys;
    signer = config.signing().map(SigningKey::id).orElse(Hash.NONE);
    segmentAge = config.segmentAge();
    directory = config.directory();
    segmentSize = config.segmentSize();
    this.storage = storage;
    journal = end.journal();
    written = end.sequence();
    buffered = written;
    lastHash = end.hash();
    tree = end.tree();
    writtenTree = tree.copy();
    Next next = next(end.segment(), 0);
    file = create(next.header);
    header = next.header;
    cipher = next.cipher;
    length = header.length();
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
    int frame = RecordFrame.length(record, cipher != null);
    long end = length + buffer.position();
    if (end + frame > segmentSize && end > header.length()) {
      flush();
      begin(next(header.number() + 1, 0));
    }
    if (frame > buffer.remaining()) {
      flush();
    }
    buffered = record.sequence();
    if (frame <= buffer.capacity()) {
      RecordFrame.write(record, chain, cipher, sha, buffer);
      tree.add(chain);
      return;
    }
    ByteBuffer large = ByteBuffer.allocate(frame);
    RecordFrame.write(record, chain, cipher, sha, large);
    tree.add(chain);
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
    if (writtenTree.size() < written) {
      lastHash = new Hash(chain.clone());
      writtenTree = tree.copy();
    }
  }

  /** Begins the next segment if this one has records and its time is over. */
  void beginIfOld() throws IOException {
    if (length + buffer.position() > header.length()
        && header.created().plus(segmentAge).isBefore(Instant.now())) {
      flush();
      begin(next(header.number() + 1, 0));
    }
  }

  /** Everything that is written, and the segment it ends in. */
  Checkpointing.Durable snapshot() {
    return new Checkpointing.Durable(written, writtenTree.copy(), lastHash, header.number());
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
    tree = writtenTree.copy();
    if (cutOff() && length == header.length() && unsyncedFrom == 0) {
      chain = header.chainStart();
      return;
    }
    begin(next(header.number() + 1, unsyncedFrom));
  }

  /**
   * Removes what was written in part. A disk that was replaced under this process takes no such
   * thing, and what is under the file's name there is not this file.
   *
   * @return whether the file can be written on
   */
  private boolean cutOff() throws IOException {
    try {
      file.truncate(length);
      return true;
    } catch (IOException e) {
      try {
        file.requireThere();
      } catch (IOException gone) {
        return false;
      }
      throw e;
    }
  }

  /** What has to be synced so that everything written is durable: full segments, then this one. */
  List<StoredFile> unsynced() {
    List<StoredFile> files = new ArrayList<>(full);
    files.add(file);
    full.clear();
    return files;
  }

  private void begin(Next next) throws IOException {
    StoredFile created = create(next.header);
    full.add(file);
    file = created;
    header = next.header;
    cipher = next.cipher;
    length = header.length();
    chain = header.chainStart();
    keys.ifPresent(all -> all.forget(header.number()));
  }

  /** A segment that is to begin. */
  private record Next(SegmentHeader header, @Nullable PayloadCipher cipher) {}

  private Next next(long number, long unsyncedFrom) throws IOException {
    if (keys.isEmpty()) {
      return new Next(header(number, unsyncedFrom, Hash.NONE, ""), null);
    }
    SecretKey key = keys.get().make(number);
    OwnerKey owner = keys.get().owner();
    return new Next(
        header(number, unsyncedFrom, owner.thumbprint(), owner.wrap(key)),
        new PayloadCipher(key, journal, number));
  }

  private SegmentHeader header(long number, long unsyncedFrom, Hash owner, String wrappedKey) {
    return new SegmentHeader(
        number,
        written + 1,
        unsyncedFrom,
        Instant.now().truncatedTo(ChronoUnit.MICROS),
        journal,
        lastHash,
        owner,
        signer,
        writtenTree.peaks(),
        wrappedKey);
  }

  private StoredFile create(SegmentHeader header) throws IOException {
    StoredFile created = storage.create(SegmentFiles.path(directory, header.number()));
    try {
      created.write(header.encode(), 0, header.length());
    } catch (IOException e) {
      created.close();
      throw e;
    }
    return created;
  }
}
