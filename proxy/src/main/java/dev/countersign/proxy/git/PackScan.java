package dev.countersign.proxy.git;

import dev.countersign.proxy.mask.SecretScanner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What every object of a pack is, learnt while the pack comes in and by as many threads as look at
 * it, so that nothing has to be read again: files, commits and tags are scanned, commits and
 * directories are kept as far as there is room.
 */
final class PackScan implements AutoCloseable {

  /** Bytes of commits and directories that are kept, and of names that are not read twice. */
  private static final long ROOM = 64 << 20;

  private static final int MOST_SUSPECTS = 100;

  /** An object that is no file, as it is. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record Kept(int type, byte[] raw) {}

  private final Map<ObjectId, BlobScan.Scanned> blobs = new ConcurrentHashMap<>();
  private final Map<ObjectId, Map<String, Integer>> texts = new ConcurrentHashMap<>();
  private final Map<ObjectId, Kept> kept = new ConcurrentHashMap<>();
  private final Map<String, ObjectId> suspectNames = new LinkedHashMap<>();
  private final Map<FileName, SettingsName> names = new ConcurrentHashMap<>();
  private final Set<ObjectId> submodules = ConcurrentHashMap.newKeySet();
  private final Set<ObjectId> attributes = ConcurrentHashMap.newKeySet();
  private final AtomicLong room = new AtomicLong(ROOM);
  private final SecondThread beside = new SecondThread("git-scan");
  private final ObjectLook besideLook = look();

  /** What one more thread looks at objects with. */
  ObjectLook look() {
    return new ObjectLook(this);
  }

  /** Has an object looked at by a thread that does nothing else, in the order they come. */
  void later(ObjectId id, int type, byte[] raw) throws CorruptObjectException {
    beside.check();
    beside.add(raw.length, () -> besideLook.at(id, type, raw));
  }

  /** A piece of a file, likewise; the pieces of one file follow each other. */
  void piece(byte[] bytes) throws CorruptObjectException {
    beside.check();
    beside.add(bytes.length, () -> besideLook.piece(bytes));
  }

  /** The end of a file that came in pieces. */
  void ends(ObjectId id) {
    beside.add(0, () -> besideLook.ends(id));
  }

  /** Waits until all that was to be looked at later has been. */
  void finish() throws CorruptObjectException {
    beside.finish();
  }

  @Override
  public void close() {
    beside.close();
  }

  void scanned(ObjectId id, BlobScan.Scanned blob) {
    blobs.put(id, blob);
  }

  void scanned(ObjectId id, Map<String, Integer> hits) {
    texts.put(id, hits);
  }

  void keep(ObjectId id, int type, byte[] raw) {
    if ((type == Constants.OBJ_TREE || type == Constants.OBJ_COMMIT) && takeRoom(raw.length)) {
      kept.put(id, new Kept(type, raw));
    }
  }

  private boolean takeRoom(int bytes) {
    if (room.addAndGet(-bytes) >= 0) {
      return true;
    }
    room.addAndGet(bytes);
    return false;
  }

  /** What a name was taken for, if it has been read. */
  Optional<SettingsName> known(FileName name) {
    return Optional.ofNullable(names.get(name));
  }

  /**
   * A name that was read.
   *
   * @param directory one that it is in
   */
  void named(FileName name, SettingsName settings, AnyObjectId directory) {
    if (takeRoom(name.length())) {
      names.put(name, settings);
    }
    String text = name.text();
    if (!SecretScanner.detectors(text).isEmpty()) {
      synchronized (suspectNames) {
        if (suspectNames.size() < MOST_SUSPECTS) {
          suspectNames.put(text, directory.copy());
        }
      }
    }
  }

  /** A file that git reads settings from. */
  void sets(SettingsName what, ObjectId id) {
    (what == SettingsName.SUBMODULES ? submodules : attributes).add(id);
  }

  /** Those that say what is done with files, in the pack or not. */
  Set<ObjectId> attributes() {
    return attributes;
  }

  /** Those that say where submodules are from, in the pack or not. */
  Set<ObjectId> submodules() {
    return submodules;
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
    synchronized (suspectNames) {
      return new LinkedHashMap<>(suspectNames);
    }
  }
}
