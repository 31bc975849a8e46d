package dev.countersign.proxy.git.sha256;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The two names of each object of one pack, on the disk.
 *
 * <pre>
 * "CSNAMES1" int32 n  (SHA-256 SHA-1){n, by SHA-256}  int32{n, rows by SHA-1}
 * </pre>
 */
final class NameFile {

  static final long MAGIC = 0x43534e414d455331L;

  private static final int HEADER = 12;
  private static final int ROW = NameTable.OUTER + NameTable.INNER;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment bytes;
  private final int count;

  /**
   * Opens one.
   *
   * @param arena as long as it can be read
   * @throws IOException if it is none, or not whole
   */
  NameFile(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    if (bytes.byteSize() < HEADER || bytes.get(LONG, 0) != MAGIC) {
      throw new IOException(file + " is no table of names");
    }
    count = bytes.get(INT, 8);
    if (count < 0 || bytes.byteSize() != HEADER + (long) count * (ROW + Integer.BYTES)) {
      throw new IOException(file + " is not whole");
    }
  }

  /** What an object is read by. */
  Optional<byte[]> inner(byte[] names, int at) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(row(middle), names, at, NameTable.OUTER);
      if (order == 0) {
        return Optional.of(slice(row(middle) + NameTable.OUTER, NameTable.INNER));
      }
      low = order < 0 ? middle + 1 : low;
      high = order < 0 ? high : middle - 1;
    }
    return Optional.empty();
  }

  /** How an object is called that is read so. */
  Optional<byte[]> outer(byte[] inner) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long row = row(bytes.get(INT, HEADER + (long) count * ROW + (long) middle * Integer.BYTES));
      int order = compare(row + NameTable.OUTER, inner, 0, NameTable.INNER);
      if (order == 0) {
        return Optional.of(slice(row, NameTable.OUTER));
      }
      low = order < 0 ? middle + 1 : low;
      high = order < 0 ? high : middle - 1;
    }
    return Optional.empty();
  }

  private static long row(int index) {
    return HEADER + (long) index * ROW;
  }

  private int compare(long from, byte[] name, int at, int length) {
    for (int i = 0; i < length; i++) {
      int order = Byte.compareUnsigned(bytes.get(ValueLayout.JAVA_BYTE, from + i), name[at + i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private byte[] slice(long from, int length) {
    return bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
