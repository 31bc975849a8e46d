package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

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
    if (type == Constants.OBJ_BLOB) {
      scan.update(raw, 0, raw.length);
      pack.scanned(id, scan.end());
      return;
    }
    checker.check(id, type, raw);
    if (type == Constants.OBJ_TREE) {
      names(id, raw);
    } else {
      scan.update(raw, 0, raw.length);
      pack.scanned(id, scan.end().hits());
    }
    pack.keep(id, type, raw);
  }

  /** The next piece of a file. */
  void piece(byte[] bytes) {
    scan.update(bytes, 0, bytes.length);
  }

  /** The end of the pieces. */
  void ends(ObjectId id) {
    pack.scanned(id, scan.end());
  }

  /** A directory is {@code mode SP name NUL id} for each name; it has been checked already. */
  private void names(AnyObjectId id, byte[] raw) {
    int at = 0;
    while (at < raw.length) {
      int begin = at;
      while (raw[begin] != ' ') {
        begin++;
      }
      begin++;
      int end = begin;
      while (raw[end] != 0) {
        end++;
      }
      FileName name = new FileName(raw, begin, end);
      if (!pack.isKnown(name)) {
        pack.named(name.copy(), id);
      }
      at = end + 1 + ID_BYTES;
    }
  }
}
