package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.GitWireException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Commits of other repositories, which submodules are at. Nobody here has them, so that each is
 * given a name to be read by: a hash of its own, so that two are never taken for one.
 */
final class Links {

  private static final int MOST = 500_000;

  private final Map<ByteBuffer, byte[]> inners = new LinkedHashMap<>();

  /** Gives one its name. */
  void translate(byte[] from, int at, byte[] into, int intoAt) throws GitWireException {
    byte[] outer = Arrays.copyOfRange(from, at, at + NameTable.OUTER);
    byte[] inner = inners.get(ByteBuffer.wrap(outer));
    if (inner == null) {
      if (inners.size() == MOST) {
        throw new GitWireException.TooMuch(
            "the pack has submodules at more than " + MOST + " commits; push in parts");
      }
      inner = inner(outer);
      inners.put(ByteBuffer.wrap(outer), inner);
    }
    System.arraycopy(inner, 0, into, intoAt, NameTable.INNER);
  }

  private static byte[] inner(byte[] outer) throws GitWireException {
    if (Arrays.equals(outer, new byte[NameTable.OUTER])) {
      throw new GitWireException("a submodule of the pack is at no commit");
    }
    MessageDigest digest = Digests.sha256();
    digest.update(outer);
    return Arrays.copyOf(digest.digest(), NameTable.INNER);
  }

  boolean isEmpty() {
    return inners.isEmpty();
  }

  NameTable table() throws GitWireException {
    NameTable table = new NameTable(inners.size());
    int link = 0;
    for (Map.Entry<ByteBuffer, byte[]> each : inners.entrySet()) {
      table.put(link, each.getKey().array());
      table.translate(link++, each.getValue());
    }
    return table;
  }
}
