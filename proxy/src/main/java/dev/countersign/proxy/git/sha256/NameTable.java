package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The two names of each of so many objects, while they are found out: first the one it has, then
 * the one it is read by. No two objects have one name, of either kind.
 */
final class NameTable {

  static final int OUTER = 32;
  static final int INNER = 20;
  static final int NONE = -1;

  /** Odd, and the golden ratio of 64 bits. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final byte[] outers;
  private final byte[] inners;
  private final int[] slots;
  private final BitSet translated;
  private final long seed = ThreadLocalRandom.current().nextLong();

  NameTable(int count) {
    outers = new byte[Math.multiplyExact(count, OUTER)];
    inners = new byte[Math.multiplyExact(count, INNER)];
    slots = new int[Integer.highestOneBit(Math.max(8, count)) << 2];
    Arrays.fill(slots, NONE);
    translated = new BitSet(count);
  }

  /**
   * Says how an object is called.
   *
   * @throws GitWireException if another one is called the same
   */
  void put(int object, byte[] outer) throws GitWireException {
    int slot = slot(outer, 0);
    if (slots[slot] != NONE) {
      throw new GitWireException("the pack brings the same object twice");
    }
    slots[slot] = object;
    System.arraycopy(outer, 0, outers, object * OUTER, OUTER);
  }

  void translate(int object, byte[] inner) {
    System.arraycopy(inner, 0, inners, object * INNER, INNER);
    translated.set(object);
  }

  boolean isTranslated(int object) {
    return translated.get(object);
  }

  /** The object that is called so; {@link #NONE} if none is. */
  int find(byte[] bytes, int at) {
    return slots[slot(bytes, at)];
  }

  void copyInner(int object, byte[] into, int at) {
    System.arraycopy(inners, object * INNER, into, at, INNER);
  }

  /**
   * Whoever pushes chooses names of submodules freely: all of a name counts, and no place is known.
   */
  private int slot(byte[] bytes, int at) {
    ByteBuffer name = ByteBuffer.wrap(bytes);
    long mixed = seed;
    for (int from = at; from < at + OUTER; from += Long.BYTES) {
      mixed = (mixed ^ name.getLong(from)) * SPREAD;
      mixed ^= mixed >>> 32;
    }
    int slot = (int) mixed & (slots.length - 1);
    while (slots[slot] != NONE && !is(slots[slot], bytes, at)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private boolean is(int object, byte[] bytes, int at) {
    int from = object * OUTER;
    return Arrays.equals(outers, from, from + OUTER, bytes, at, at + OUTER);
  }

  /**
   * Writes it as a {@link NameFile}.
   *
   * @throws GitWireException if two objects would be read by one name
   */
  void write(Path file) throws IOException {
    int[] byOuter = sorted(outers, OUTER);
    int[] byInner = sorted(inners, INNER);
    int[] places = new int[byOuter.length];
    for (int i = 0; i < byOuter.length; i++) {
      places[byOuter[i]] = i;
    }
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeLong(NameFile.MAGIC);
      out.writeInt(byOuter.length);
      for (int object : byOuter) {
        out.write(outers, object * OUTER, OUTER);
        out.write(inners, object * INNER, INNER);
      }
      for (int object : byInner) {
        out.writeInt(places[object]);
      }
    }
  }

  /** The objects in the order of their names. */
  private static int[] sorted(byte[] names, int length) throws GitWireException {
    int count = names.length / length;
    ByteBuffer buffer = ByteBuffer.wrap(names);
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      // Signed, so that numbers are in the order of what is not.
      keys[i] = (long) (buffer.getInt(i * length) ^ Integer.MIN_VALUE) << 32 | i;
    }
    Arrays.sort(keys);
    int[] sorted = new int[count];
    int to;
    for (int from = 0; from < count; from = to) {
      to = from + 1;
      while (to < count && keys[to] >> 32 == keys[from] >> 32) {
        to++;
      }
      sort(keys, from, to, names, length, sorted);
    }
    return sorted;
  }

  /** Sorts some that begin alike: few of those that are hashes, any number of others. */
  private static void sort(long[] keys, int from, int to, byte[] names, int length, int[] sorted)
      throws GitWireException {
    if (to - from == 1) {
      sorted[from] = (int) keys[from];
      return;
    }
    Integer[] alike = new Integer[to - from];
    for (int i = from; i < to; i++) {
      alike[i - from] = (int) keys[i];
    }
    Arrays.sort(alike, (one, other) -> compare(names, one, other, length));
    for (int i = from; i < to; i++) {
      sorted[i] = alike[i - from];
      if (i > from && compare(names, sorted[i - 1], sorted[i], length) == 0) {
        throw new GitWireException("two objects of the pack cannot be told apart");
      }
    }
  }

  private static int compare(byte[] names, int one, int other, int length) {
    int a = one * length;
    int b = other * length;
    return Arrays.compareUnsigned(names, a, a + length, names, b, b + length);
  }
}
