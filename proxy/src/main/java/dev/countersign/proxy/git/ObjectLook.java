package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.GitmoduleEntry;
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

  /** What HFS+ does not see. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]");

  /** What NTFS takes for it: other dots and blanks, and streams of it. */
  private static final Pattern GITS_OWN =
      Pattern.compile("(?i)(?:.*\\\\)?(?:\\.git|git~1)[ .]*(?:[\\\\:].*)?", Pattern.DOTALL);

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
      submodules(raw);
      names(id, raw, base);
    } else {
      int from = type == Constants.OBJ_COMMIT ? behindNames(raw) : 0;
      scan.update(raw, from, raw.length - from);
      pack.scanned(id, scan.end().hits());
    }
    pack.keep(id, type, raw);
  }

  /** Files of settings that the checker has come by are looked at once all objects are there. */
  private void submodules(byte[] raw) throws CorruptObjectException {
    for (GitmoduleEntry found : checker.getGitsubmodules()) {
      for (TreeCursor entry = new TreeCursor(raw); !entry.isAtEnd(); entry.next()) {
        if (entry.isLink() && entry.id().equals(found.getBlobId())) {
          throw new CorruptObjectException(".gitmodules is a symbolic link");
        }
      }
      pack.setsSubmodules(found.getBlobId().toObjectId());
    }
    checker.getGitsubmodules().clear();
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

  private static boolean isGitsOwn(String name) {
    return GITS_OWN.matcher(UNSEEN.matcher(name).replaceAll("")).matches();
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
      if (order < 0) {
        FileName name = own.name();
        if (!pack.isKnown(name)) {
          if (isGitsOwn(name.text())) {
            throw new CorruptObjectException("a name that some file system takes for .git");
          }
          pack.named(name.copy(), id);
        }
      }
      if (order <= 0) {
        own.next();
      }
      if (order >= 0) {
        had.next();
      }
    }
  }
}
