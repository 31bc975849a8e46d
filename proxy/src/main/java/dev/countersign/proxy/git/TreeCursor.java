package dev.countersign.proxy.git;

import java.util.Arrays;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A place in a directory: {@code mode SP name NUL id} for each name. Compares as git orders names:
 * a directory as if it ended with a slash; behind the last there is what is greater than all.
 */
final class TreeCursor implements Comparable<TreeCursor> {

  private final byte[] raw;
  private int at;
  private int mode;
  private int name;
  private int end;

  TreeCursor(byte[] raw) throws CorruptObjectException {
    this.raw = raw;
    read();
  }

  private void read() throws CorruptObjectException {
    if (at == raw.length) {
      return;
    }
    mode = 0;
    name = at;
    while (name < raw.length && raw[name] != ' ') {
      mode = (mode << 3) + (raw[name++] - '0');
    }
    name++;
    end = name;
    while (end < raw.length && raw[end] != 0) {
      end++;
    }
    if (raw.length - end <= Constants.OBJECT_ID_LENGTH || end == name) {
      throw new CorruptObjectException("a directory ends early");
    }
  }

  boolean isAtEnd() {
    return at == raw.length;
  }

  void next() throws CorruptObjectException {
    at = end + 1 + Constants.OBJECT_ID_LENGTH;
    read();
  }

  /** Steps over what is the same in both: whole names, each with the same object. */
  void skipWhatIsSame(TreeCursor other) throws CorruptObjectException {
    int same = Arrays.mismatch(raw, at, raw.length, other.raw, other.at, other.raw.length);
    int begin = at;
    int stop = same < 0 ? raw.length : at + same;
    while (at < raw.length && end + Constants.OBJECT_ID_LENGTH < stop) {
      next();
    }
    if (at > begin) {
      other.at += at - begin;
      other.read();
    }
  }

  boolean isDirectory() {
    return FileMode.TREE.equals(mode);
  }

  boolean isFile() {
    return FileMode.REGULAR_FILE.equals(mode) || FileMode.EXECUTABLE_FILE.equals(mode);
  }

  boolean isLink() {
    return FileMode.SYMLINK.equals(mode);
  }

  FileName name() {
    return new FileName(raw, name, end);
  }

  int nameLength() {
    return end - name;
  }

  void copyName(byte[] into, int from) {
    System.arraycopy(raw, name, into, from, end - name);
  }

  ObjectId id() {
    return ObjectId.fromRaw(raw, end + 1);
  }

  TreeDifference.Side side() {
    return new TreeDifference.Side(mode, id());
  }

  /** Whether it is the same object in the same mode. */
  boolean isSame(TreeCursor other) {
    return mode == other.mode
        && Arrays.equals(
            raw,
            end + 1,
            end + 1 + Constants.OBJECT_ID_LENGTH,
            other.raw,
            other.end + 1,
            other.end + 1 + Constants.OBJECT_ID_LENGTH);
  }

  @Override
  public int compareTo(TreeCursor other) {
    if (isAtEnd() || other.isAtEnd()) {
      return Boolean.compare(isAtEnd(), other.isAtEnd());
    }
    int order = Arrays.mismatch(raw, name, end, other.raw, other.name, other.end);
    return order < 0
        ? Boolean.compare(isDirectory(), other.isDirectory())
        : Integer.compare(character(order), other.character(order));
  }

  /** A character of the name, or what stands behind its last. */
  private int character(int index) {
    if (name + index < end) {
      return raw[name + index] & 0xff;
    }
    return isDirectory() ? '/' : 0;
  }
}
