package dev.countersign.proxy.git.sha256;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An object with the names in it made over that git follows: of directories, parents and what a tag
 * is of. Everything else stays as it is, so that no two objects become one.
 */
final class ObjectTranslation {

  private static final int OUTER_DIGITS = 2 * NameTable.OUTER;
  private static final int INNER_DIGITS = 2 * NameTable.INNER;
  private static final byte[] TREE = "tree ".getBytes(US_ASCII);
  private static final byte[] PARENT = "parent ".getBytes(US_ASCII);
  private static final byte[] OBJECT = "object ".getBytes(US_ASCII);
  private static final HexFormat HEX = HexFormat.of();

  private static final int LONGEST_MODE = 7;
  private static final int KIND_OF_MODE = 0170000;
  private static final int SUBMODULE = 0160000;

  /** Tells what things are read by. */
  interface Names {

    /** Of an object. What it writes is of no use where the object has not been made over yet. */
    void object(byte[] from, int at, byte[] into, int intoAt) throws IOException;

    /** Of a commit of another repository. */
    void link(byte[] from, int at, byte[] into, int intoAt) throws IOException;
  }

  private ObjectTranslation() {}

  /** Makes one over. */
  static byte[] of(int kind, byte[] raw, Names names) throws IOException {
    return switch (kind) {
      case Kind.TREE -> tree(raw, names);
      case Kind.COMMIT -> commit(raw, names);
      case Kind.TAG -> tag(raw, names);
      default -> raw;
    };
  }

  /** A directory is {@code mode SP name NUL id} for each name. */
  private static byte[] tree(byte[] raw, Names names) throws IOException {
    byte[] out = new byte[raw.length];
    int filled = 0;
    int at = 0;
    while (at < raw.length) {
      int space = indexOf(raw, ' ', at);
      int end = indexOf(raw, '\0', space) + 1;
      if (raw.length - end < NameTable.OUTER) {
        throw new GitWireException("a directory of the pack ends early");
      }
      System.arraycopy(raw, at, out, filled, end - at);
      filled += end - at;
      if ((mode(raw, at, space) & KIND_OF_MODE) == SUBMODULE) {
        names.link(raw, end, out, filled);
      } else {
        names.object(raw, end, out, filled);
      }
      filled += NameTable.INNER;
      at = end + NameTable.OUTER;
    }
    return Arrays.copyOf(out, filled);
  }

  private static int indexOf(byte[] raw, char wanted, int from) throws GitWireException {
    for (int i = from; i < raw.length; i++) {
      if (raw[i] == wanted) {
        return i;
      }
    }
    throw new GitWireException("a directory of the pack ends early");
  }

  private static int mode(byte[] raw, int from, int to) throws GitWireException {
    if (to == from || to - from > LONGEST_MODE) {
      throw new GitWireException("a directory of the pack has a mode that is none");
    }
    int mode = 0;
    for (int i = from; i < to; i++) {
      if (raw[i] < '0' || raw[i] > '7') {
        throw new GitWireException("a directory of the pack has a mode that is none");
      }
      mode = mode << 3 | raw[i] - '0';
    }
    return mode;
  }

  /** A commit begins with its directory and its parents; later lines of these names are text. */
  private static byte[] commit(byte[] raw, Names names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length);
    int at = line(raw, 0, TREE, names, out);
    while (startsWith(raw, at, PARENT)) {
      at = line(raw, at, PARENT, names, out);
    }
    out.write(raw, at, raw.length - at);
    return out.toByteArray();
  }

  private static byte[] tag(byte[] raw, Names names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length);
    int at = line(raw, 0, OBJECT, names, out);
    out.write(raw, at, raw.length - at);
    return out.toByteArray();
  }

  /** Makes one line over, and says where the next one begins. */
  private static int line(byte[] raw, int at, byte[] word, Names names, ByteArrayOutputStream out)
      throws IOException {
    int name = at + word.length;
    int end = name + OUTER_DIGITS;
    if (!startsWith(raw, at, word) || raw.length <= end || raw[end] != '\n') {
      throw new GitWireException("a commit or tag of the pack names something not by SHA-256");
    }
    byte[] inner = new byte[NameTable.INNER];
    names.object(parse(raw, name, OUTER_DIGITS), 0, inner, 0);
    out.write(word);
    out.write(HEX.formatHex(inner).getBytes(US_ASCII));
    out.write('\n');
    return end + 1;
  }

  /** Capital letters would be another spelling of the same, and are not taken. */
  private static byte[] parse(byte[] raw, int from, int digits) throws GitWireException {
    for (int i = from; i < from + digits; i++) {
      boolean isDigit = raw[i] >= '0' && raw[i] <= '9';
      boolean isLetter = raw[i] >= 'a' && raw[i] <= 'f';
      if (!isDigit && !isLetter) {
        throw new GitWireException("a commit or tag of the pack names something not by SHA-256");
      }
    }
    return HEX.parseHex(new String(raw, from, digits, US_ASCII));
  }

  private static boolean startsWith(byte[] raw, int at, byte[] word) {
    return raw.length - at >= word.length
        && Arrays.equals(raw, at, at + word.length, word, 0, word.length);
  }

  /** What a commit was before it was made over. */
  static byte[] back(byte[] raw, KnownNames names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length);
    int at = 0;
    byte[] word = TREE;
    while (startsWith(raw, at, word) && raw.length - at > word.length + INNER_DIGITS) {
      int name = at + word.length;
      String inner = new String(raw, name, INNER_DIGITS, US_ASCII);
      out.write(word);
      out.write(
          names
              .outer(inner)
              .orElseThrow(() -> new IOException("the name of an object is not known: " + inner))
              .getBytes(US_ASCII));
      out.write('\n');
      at = name + INNER_DIGITS + 1;
      word = PARENT;
    }
    out.write(raw, at, raw.length - at);
    return out.toByteArray();
  }
}
