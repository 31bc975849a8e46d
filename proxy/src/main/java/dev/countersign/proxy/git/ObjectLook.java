package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.mask.SecretScanner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What looks at objects of a pack: checks them as git fsck does, and scans them. Used by one
 * thread.
 */
final class ObjectLook {

  private static final int ID_BYTES = 20;
  private static final int NAME_AND_NEWLINE = 2 * ID_BYTES + 1;
  private static final byte[] NOTHING = {};
  private static final byte[] TREE = "tree ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PARENT = "parent ".getBytes(StandardCharsets.US_ASCII);

  private final PackScan pack;
  private final ObjectChecker checker = new ObjectChecker().setAllowLeadingZeroFileMode(true);
  private final BlobScan scan = new BlobScan();

  ObjectLook(PackScan pack) {
    this.pack = requireNonNull(pack, "pack");
  }

  /**
   * Looks at one.
   *
   * @throws CorruptObjectException if it is not what it should be
   */
  void at(ObjectId id, int type, byte[] raw) throws CorruptObjectException {
    at(id, type, raw, NOTHING);
  }

  /**
   * Looks at one that was made of another.
   *
   * @param base one of the same kind that has been looked at
   */
  void at(ObjectId id, int type, byte[] raw, byte[] base) throws CorruptObjectException {
    if (type == Constants.OBJ_BLOB) {
      scan.update(raw, 0, raw.length);
      pack.scanned(id, scan.end());
      return;
    }
    checker.check(id, type, raw);
    if (type == Constants.OBJ_TREE) {
      // Its own list of these knows fewer names than git does.
      checker.getGitsubmodules().clear();
      names(id, raw, base);
    } else if (type == Constants.OBJ_COMMIT) {
      commit(id, raw);
    } else {
      scan.update(raw, 0, raw.length);
      pack.scanned(id, scan.end().hits());
    }
    pack.keep(id, type, raw);
  }

  private void commit(ObjectId id, byte[] raw) throws CorruptObjectException {
    Optional<String> text = CommitHeader.check(raw);
    int from = behindNames(raw);
    scan.update(raw, from, raw.length - from);
    Map<String, Integer> hits = scan.end().hits();
    if (text.isPresent()) {
      hits = new HashMap<>(hits);
      for (String detector : SecretScanner.detectors(text.get())) {
        hits.putIfAbsent(detector, 0);
      }
    }
    pack.scanned(id, hits);
  }

  /** A commit begins with names of objects, which have been checked and say nothing else. */
  private static int behindNames(byte[] raw) {
    int at = TREE.length + NAME_AND_NEWLINE;
    while (startsWith(raw, at, PARENT)) {
      at += PARENT.length + NAME_AND_NEWLINE;
    }
    return Math.min(at, raw.length);
  }

  private static boolean startsWith(byte[] raw, int at, byte[] what) {
    return at + what.length <= raw.length
        && Arrays.equals(raw, at, at + what.length, what, 0, what.length);
  }

  /** The next piece of a file. */
  void piece(byte[] bytes) {
    scan.update(bytes, 0, bytes.length);
  }

  /** The end of the pieces. */
  void ends(ObjectId id) {
    pack.scanned(id, scan.end());
  }

  /** Reads the names in a directory but for those that are in the other one, too. */
  private void names(AnyObjectId id, byte[] raw, byte[] base) throws CorruptObjectException {
    TreeCursor own = new TreeCursor(raw);
    TreeCursor had = new TreeCursor(base);
    while (true) {
      own.skipWhatIsSame(had);
      if (own.isAtEnd()) {
        return;
      }
      int order = own.compareTo(had);
      if (order < 0 || (order == 0 && !own.isSame(had))) {
        entry(id, own);
      }
      if (order <= 0) {
        own.next();
      }
      if (order >= 0) {
        had.next();
      }
    }
  }

  private void entry(AnyObjectId directory, TreeCursor entry) throws CorruptObjectException {
    FileName name = entry.name();
    SettingsName settings = pack.known(name).orElse(null);
    if (settings == null) {
      settings = SettingsName.of(name.text());
      pack.named(name.copy(), settings, directory);
    }
    switch (settings) {
      case NONE -> {}
      case GITS_OWN ->
          throw new CorruptObjectException("a name that some file system takes for .git");
      case SUBMODULES, ATTRIBUTES -> {
        if (settings == SettingsName.SUBMODULES && entry.isLink()) {
          throw new CorruptObjectException(".gitmodules is a symbolic link");
        }
        if (!entry.isLink() && !entry.isFile()) {
          throw new CorruptObjectException("settings of git's that are no file");
        }
        pack.sets(settings, entry.id());
      }
    }
  }
}
