package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import dev.countersign.proxy.git.wire.Packed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What stands where in a pack, and what is made of what. */
final class PackEntries implements MeasuredPack.Sink {

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
  public void begins(Packed entry) throws GitWireException {
    if (entry.size() > objectBytes) {
      throw GitWireException.TooMuch.object(objectBytes);
    }
    if (count == begins.length) {
      grow();
    }
    begins[count] = entry.at();
    contents[count] = entry.content();
    sizes[count] = entry.size();
    children[count] = NONE;
    siblings[count] = NONE;
    switch (entry) {
      case Packed.Whole whole -> types[count] = (byte) Kind.check(whole.type());
      case Packed.OffsetDelta delta -> {
        types[count] = OFFSET_DELTA;
        int base = Arrays.binarySearch(begins, 0, count, delta.base());
        if (base < 0) {
          throw new GitWireException("a delta of the pack is of something that is no object");
        }
        siblings[count] = children[base];
        children[base] = count;
      }
      case Packed.NameDelta delta -> {
        types[count] = NAME_DELTA;
        Integer before = named.put(ByteBuffer.wrap(delta.base()), count);
        siblings[count] = before == null ? NONE : before;
      }
    }
    count++;
  }

  @Override
  public void content(byte[] bytes, int length) {
    // Read again once all of it is there.
  }

  @Override
  public void ends(int crc) {
    // The pack's own digest is of all of it.
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
