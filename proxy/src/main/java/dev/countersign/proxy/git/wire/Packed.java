package dev.countersign.proxy.git.wire;

import java.util.Arrays;

/** An object as it stands in a pack. */
public sealed interface Packed {

  /** Where it begins. */
  long at();

  /** Where its zlib stream begins. */
  long content();

  /** What that unpacks to. */
  long size();

  /** What it begins with: four bits of the size in the first byte, seven in each of the others. */
  static byte[] header(int type, long size) {
    byte[] header = new byte[10];
    int length = 0;
    long rest = size >> 4;
    header[length++] = (byte) ((rest > 0 ? 128 : 0) | type << 4 | (size & 15));
    while (rest > 0) {
      header[length++] = (byte) ((rest > 127 ? 128 : 0) | (rest & 127));
      rest >>= 7;
    }
    return Arrays.copyOf(header, length);
  }

  /** One that is there as it is. */
  record Whole(long at, long content, long size, int type) implements Packed {}

  /**
   * What makes it of one that is before it.
   *
   * @param base where that one begins
   */
  record OffsetDelta(long at, long content, long size, long base) implements Packed {}

  /** What makes it of one that may be anywhere. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record NameDelta(long at, long content, long size, byte[] base) implements Packed {}
}
