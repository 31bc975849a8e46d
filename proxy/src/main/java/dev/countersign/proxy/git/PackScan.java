package dev.countersign.proxy.git;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.BlobObjectChecker;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What every object of a pack is, learnt by a thread of its own while the pack comes in, so that
 * nothing has to be read again: files, commits and tags are scanned, commits and directories are
 * kept as far as there is room. Objects are checked as git fsck does. All of it is known, and no
 * object is what it should not be, once {@link #finish} has returned.
 */
final class PackScan extends ObjectChecker implements AutoCloseable {

  private static final int ID_BYTES = 20;

  /** Bytes of commits and directories that are kept, and of names that are not read twice. */
  private static final long ROOM = 64 << 20;

  private static final int MOST_SUSPECTS = 100;

  /** Files are handed over in pieces of this size. */
  private static final int PIECE = 64 << 10;

  /** An object that is no file, as it is. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record Kept(int type, byte[] raw) {}

  private final Map<ObjectId, BlobScan.Scanned> blobs = new HashMap<>();
  private final Map<ObjectId, Map<String, Integer>> texts = new HashMap<>();
  private final Map<ObjectId, Kept> kept = new HashMap<>();
  private final Map<String, ObjectId> suspectNames = new LinkedHashMap<>();
  private final Set<ByteBuffer> names = new HashSet<>();
  private final BlobScan scan = new BlobScan();
  private final SecondThread beside = new SecondThread("git-scan");
  private long room = ROOM;

  PackScan() {
    setAllowLeadingZeroFileMode(true);
  }

  @Override
  public void check(@Nullable AnyObjectId id, int type, byte[] raw) throws CorruptObjectException {
    beside.check();
    ObjectId object = id == null ? null : id.copy();
    beside.add(raw.length, () -> look(object, type, raw));
  }

  private void look(@Nullable ObjectId id, int type, byte[] raw) throws CorruptObjectException {
    if (type == Constants.OBJ_BLOB && id != null) {
      scan.update(raw, 0, raw.length);
      blobs.put(id, scan.end());
      return;
    }
    super.check(id, type, raw);
    if (id == null) {
      return;
    }
    if (type == Constants.OBJ_TREE) {
      names(id, raw);
    } else {
      scan.update(raw, 0, raw.length);
      texts.put(id, scan.end().hits());
    }
    if ((type == Constants.OBJ_TREE || type == Constants.OBJ_COMMIT) && raw.length <= room) {
      room -= raw.length;
      kept.put(id, new Kept(type, raw));
    }
  }

  @Override
  public BlobObjectChecker newBlobObjectChecker() {
    return new Pieces();
  }

  /** A file as it comes: the bytes are somebody else's again as soon as they have been shown. */
  private final class Pieces implements BlobObjectChecker {

    private byte[] piece = new byte[0];
    private int filled;

    @Override
    public void update(byte[] in, int offset, int count) {
      if (filled + count > PIECE) {
        handOver();
      }
      if (filled + count > piece.length) {
        piece = Arrays.copyOf(piece, Math.max(filled + count, Math.min(PIECE, 2 * piece.length)));
      }
      System.arraycopy(in, offset, piece, filled, count);
      filled += count;
    }

    private void handOver() {
      byte[] bytes = piece;
      int length = filled;
      beside.add(length, () -> scan.update(bytes, 0, length));
      piece = new byte[0];
      filled = 0;
    }

    @Override
    public void endBlob(AnyObjectId id) throws CorruptObjectException {
      beside.check();
      handOver();
      ObjectId blob = id.copy();
      beside.add(0, () -> blobs.put(blob, scan.end()));
    }
  }

  /** Waits until every object has been looked at. */
  void finish() throws CorruptObjectException {
    beside.finish();
  }

  @Override
  public void close() {
    beside.close();
  }

  /** A directory is {@code mode SP name NUL id} for each name; it has been checked already. */
  private void names(AnyObjectId id, byte[] raw) {
    int at = 0;
    while (at < raw.length) {
      int name = at;
      while (raw[name] != ' ') {
        name++;
      }
      name++;
      int end = name;
      while (raw[end] != 0) {
        end++;
      }
      if (!names.contains(ByteBuffer.wrap(raw, name, end - name))) {
        name(id, Arrays.copyOfRange(raw, name, end));
      }
      at = end + 1 + ID_BYTES;
    }
  }

  private void name(AnyObjectId directory, byte[] name) {
    if (name.length <= room) {
      room -= name.length;
      names.add(ByteBuffer.wrap(name));
    }
    String text = new String(name, StandardCharsets.UTF_8);
    if (suspectNames.size() < MOST_SUSPECTS && !SecretScanner.detectors(text).isEmpty()) {
      suspectNames.put(text, directory.copy());
    }
  }

  /** A file of the pack. */
  Optional<BlobScan.Scanned> blob(ObjectId id) {
    return Optional.ofNullable(blobs.get(id));
  }

  /** What was found in a commit or a tag of the pack. */
  Optional<Map<String, Integer>> text(ObjectId id) {
    return Optional.ofNullable(texts.get(id));
  }

  /** A commit or a directory of the pack, if there was room for it. */
  Optional<Kept> kept(AnyObjectId id) {
    return Optional.ofNullable(kept.get(id.toObjectId()));
  }

  /** Names of files that look like secrets, and a directory that each of them is in. */
  Map<String, ObjectId> suspectNames() {
    return suspectNames;
  }
}
