package dev.countersign.proxy.git.sha256;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Names that were looked up lately: directories name the same files again and again. */
final class NameCache {

  private static final int ROOM = 1 << 15;

  private final byte[] @Nullable [] outers = new byte[ROOM][];
  private final byte[] @Nullable [] inners = new byte[ROOM][];

  byte @Nullable [] find(byte[] from, int at) {
    int slot = slot(from, at);
    byte[] outer = outers[slot];
    return outer != null && Arrays.equals(outer, 0, outer.length, from, at, at + outer.length)
        ? inners[slot]
        : null;
  }

  void put(byte[] from, int at, byte[] inner) {
    int slot = slot(from, at);
    outers[slot] = Arrays.copyOfRange(from, at, at + NameTable.OUTER);
    inners[slot] = inner;
  }

  private static int slot(byte[] from, int at) {
    return (from[at] & 0xff) << 7 | (from[at + 1] & 0x7f);
  }
}
