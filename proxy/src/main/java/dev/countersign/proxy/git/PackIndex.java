package dev.countersign.proxy.git;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.lib.Constants;

/**
 * The index of a pack: where in it the object of a name is.
 *
 * <pre>
 * ff "tOc" 2  fan-out{256}  name{n}  crc{n}  offset{n}  large-offset{m}  pack's SHA-1  own SHA-1
 * </pre>
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">Pack format</a>
 */
final class PackIndex {

  private static final int MAGIC = 0xff744f63;
  private static final int VERSION = 2;
  private static final int FAN_OUT = 256;
  private static final int NAME = Constants.OBJECT_ID_LENGTH;

  /** What says that an offset is among the large ones. */
  private static final int LARGE = 0x80000000;

  private PackIndex() {}

  /**
   * Writes one.
   *
   * @param pack what the pack ends with
   * @throws GitWireException if an object is in the pack twice: which of them counts would be open
   */
  static void write(List<PackEntry> entries, byte[] pack, Path to) throws IOException {
    PackEntry[] sorted = sorted(entries);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i].id().equals(sorted[i - 1].id())) {
        throw new GitWireException("it has the object " + sorted[i].id().name() + " twice");
      }
    }
    MessageDigest own = Constants.newMessageDigest();
    try (FileChannel out = FileChannel.open(to, CREATE, TRUNCATE_EXISTING, WRITE)) {
      List<ByteBuffer> parts =
          List.of(
              head(sorted), names(sorted), crcs(sorted), offsets(sorted), ByteBuffer.wrap(pack));
      for (ByteBuffer part : parts) {
        own.update(part.clear());
        write(part.clear(), out);
      }
      write(ByteBuffer.wrap(own.digest()), out);
    }
  }

  private static void write(ByteBuffer part, FileChannel out) throws IOException {
    while (part.hasRemaining()) {
      out.write(part);
    }
  }

  /** By the beginnings of the names, which is quicker than by the names. */
  private static PackEntry[] sorted(List<PackEntry> entries) {
    ByteBuffer name = ByteBuffer.allocate(NAME);
    long[] keys = new long[entries.size()];
    for (int i = 0; i < keys.length; i++) {
      entries.get(i).id().copyRawTo(name.clear());
      // The sign of an int is of no matter to the order of names.
      keys[i] = (long) (name.getInt(0) ^ Integer.MIN_VALUE) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    PackEntry[] sorted = new PackEntry[keys.length];
    int begin = 0;
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = entries.get((int) keys[i]);
      if (keys[i] >> Integer.SIZE != keys[begin] >> Integer.SIZE) {
        Arrays.sort(sorted, begin, i, Comparator.comparing(PackEntry::id));
        begin = i;
      }
    }
    Arrays.sort(sorted, begin, sorted.length, Comparator.comparing(PackEntry::id));
    return sorted;
  }

  private static ByteBuffer head(PackEntry[] sorted) {
    int[] counts = new int[FAN_OUT];
    for (PackEntry entry : sorted) {
      counts[entry.id().getFirstByte()]++;
    }
    ByteBuffer head = ByteBuffer.allocate(8 + 4 * FAN_OUT).putInt(MAGIC).putInt(VERSION);
    int sum = 0;
    for (int count : counts) {
      sum += count;
      head.putInt(sum);
    }
    return head;
  }

  private static ByteBuffer names(PackEntry[] sorted) {
    ByteBuffer names = ByteBuffer.allocate(Math.multiplyExact(NAME, sorted.length));
    for (PackEntry entry : sorted) {
      entry.id().copyRawTo(names);
    }
    return names;
  }

  private static ByteBuffer crcs(PackEntry[] sorted) {
    ByteBuffer crcs = ByteBuffer.allocate(4 * sorted.length);
    for (PackEntry entry : sorted) {
      crcs.putInt(entry.crc());
    }
    return crcs;
  }

  private static ByteBuffer offsets(PackEntry[] sorted) {
    int large = 0;
    for (PackEntry entry : sorted) {
      large += isLarge(entry) ? 1 : 0;
    }
    ByteBuffer offsets = ByteBuffer.allocate(4 * sorted.length + 8 * large);
    int at = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (isLarge(sorted[i])) {
        offsets.putInt(4 * i, LARGE | at);
        offsets.putLong(4 * sorted.length + 8 * at, sorted[i].at());
        at++;
      } else {
        offsets.putInt(4 * i, (int) sorted[i].at());
      }
    }
    return offsets;
  }

  private static boolean isLarge(PackEntry entry) {
    return entry.at() > Integer.MAX_VALUE;
  }
}
