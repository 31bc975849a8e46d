package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What stands where in a pack, and what is made of what. */
final class PackEntries implements MeasuredPack.Listener {

  static final int NONE = -1;

  private static final int OFFSET_DELTA = 6;
  private static final int NAME_DELTA = 7;
  private static final int FEW = 1_024;

  private final long objectBytes;
  private final Map<ByteBuffer, Integer> named = new HashMap<>();
  private long[] begins = new long[FEW];
  private long[] contents = new long[FEW];
  private long[] sizes = new long[FEW];
  private byte[] types = new byte[FEW];
  private int[] children = new int[FEW];
  private int[] siblings = new int[FEW];
  private int count;

  /**
   * @param objectBytes of one object, unpacked
   */
  PackEntries(long objectBytes) {
    this.objectBytes = objectBytes;
  }

  @Override
  public void object(MeasuredPack.Entry entry) throws GitWireException {
    if (Math.max(entry.size(), entry.result()) > objectBytes) {
      throw new GitWireException.TooMuch(
          "an object of the push is larger than " + objectBytes + " bytes");
    }
    if (count == begins.length) {
      grow();
    }
    begins[count] = entry.begin();
    contents[count] = entry.content();
    sizes[count] = entry.size();
    types[count] = (byte) entry.type();
    children[count] = NONE;
    siblings[count] = NONE;
    switch (entry.type()) {
      case Kind.COMMIT, Kind.TREE, Kind.BLOB, Kind.TAG -> {}
      case OFFSET_DELTA -> {
        int base = Arrays.binarySearch(begins, 0, count, entry.base());
        if (base < 0) {
          throw new GitWireException("a delta of the pack is of something that is no object");
        }
        siblings[count] = children[base];
        children[base] = count;
      }
      case NAME_DELTA -> {
        Integer before = named.put(ByteBuffer.wrap(entry.baseName()), count);
        siblings[count] = before == null ? NONE : before;
      }
      default -> throw new GitWireException("an object of the pack is of a kind that is not known");
    }
    count++;
  }

  private void grow() {
    int more = 2 * count;
    begins = Arrays.copyOf(begins, more);
    contents = Arrays.copyOf(contents, more);
    sizes = Arrays.copyOf(sizes, more);
    types = Arrays.copyOf(types, more);
    children = Arrays.copyOf(children, more);
    siblings = Arrays.copyOf(siblings, more);
  }

  int count() {
    return count;
  }

  boolean isDelta(int entry) {
    return types[entry] == OFFSET_DELTA || types[entry] == NAME_DELTA;
  }

  /** Of what stands there, which for a delta is the delta. */
  int type(int entry) {
    return types[entry];
  }

  /** What its zlib stream unpacks to. */
  long size(int entry) {
    return sizes[entry];
  }

  long content(int entry) {
    return contents[entry];
  }

  /**
   * Where it ends.
   *
   * @param all where all of them end
   */
  long end(int entry, long all) {
    return entry + 1 < count ? begins[entry + 1] : all;
  }

  /** The first delta that is made of it by its place. */
  int child(int entry) {
    return children[entry];
  }

  /** The first delta that is made of an object by its name; nobody is told of it again. */
  int takeNamed(byte[] name) {
    Integer first = named.remove(ByteBuffer.wrap(name));
    return first == null ? NONE : first;
  }

  /** The next delta that is made of the same. */
  int sibling(int entry) {
    return siblings[entry];
  }
}
