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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

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

  /** What is told of one object: its name, its CRC, and where it is. */
  private static final int RECORD = NAME + Integer.BYTES + Long.BYTES;

  private static final int AT = NAME + Integer.BYTES;

  private final ByteBuffer records;
  private final int[] order;

  private PackIndex(List<PackEntry> entries) throws GitWireException {
    int count = entries.size();
    records = ByteBuffer.allocate(Math.multiplyExact(RECORD, count));
    // What is far apart in memory is read once.
    for (PackEntry entry : entries) {
      entry.id().copyRawTo(records);
      records.putInt(entry.crc()).putLong(entry.at());
    }
    order = order(count);
  }

  /**
   * Writes one.
   *
   * @param pack what the pack ends with
   * @throws GitWireException if an object is in the pack twice: which of them counts would be open
   */
  static void write(List<PackEntry> entries, byte[] pack, Path to) throws IOException {
    PackIndex index = new PackIndex(entries);
    MessageDigest own = Constants.newMessageDigest();
    try (FileChannel out = FileChannel.open(to, CREATE, TRUNCATE_EXISTING, WRITE)) {
      List<ByteBuffer> parts =
          List.of(
              index.head(), index.names(), index.crcs(), index.offsets(), ByteBuffer.wrap(pack));
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

  /** The records in the order of their names, most of which differ in their beginnings. */
  private int[] order(int count) throws GitWireException {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      // Of an int without a sign the highest bit counts most.
      keys[i] = (long) (records.getInt(RECORD * i) ^ Integer.MIN_VALUE) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int begin = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || keys[i] >> Integer.SIZE != keys[begin] >> Integer.SIZE) {
        orderWhatBeginsAlike(keys, begin, i);
        begin = i;
      }
    }
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  private void orderWhatBeginsAlike(long[] keys, int from, int to) throws GitWireException {
    if (to - from < 2) {
      return;
    }
    List<Long> alike = new ArrayList<>(Arrays.stream(keys, from, to).boxed().toList());
    alike.sort((one, other) -> name(one).compareTo(name(other)));
    for (int i = from; i < to; i++) {
      keys[i] = alike.get(i - from);
      if (i > from && name(keys[i]).equals(name(keys[i - 1]))) {
        throw new GitWireException("it has the object " + name(keys[i]).name() + " twice");
      }
    }
  }

  private ObjectId name(long key) {
    byte[] name = new byte[NAME];
    records.get(RECORD * (int) key, name);
    return ObjectId.fromRaw(name);
  }

  private ByteBuffer head() {
    int[] counts = new int[FAN_OUT];
    for (int i = 0; i < order.length; i++) {
      counts[records.get(RECORD * i) & 0xff]++;
    }
    ByteBuffer head = ByteBuffer.allocate(8 + 4 * FAN_OUT).putInt(MAGIC).putInt(VERSION);
    int sum = 0;
    for (int count : counts) {
      sum += count;
      head.putInt(sum);
    }
    return head;
  }

  private ByteBuffer names() {
    ByteBuffer names = ByteBuffer.allocate(Math.multiplyExact(NAME, order.length));
    for (int i = 0; i < order.length; i++) {
      names.put(NAME * i, records, RECORD * order[i], NAME);
    }
    return names;
  }

  private ByteBuffer crcs() {
    ByteBuffer crcs = ByteBuffer.allocate(4 * order.length);
    for (int record : order) {
      crcs.putInt(records.getInt(RECORD * record + NAME));
    }
    return crcs;
  }

  private ByteBuffer offsets() {
    List<Long> large = new ArrayList<>();
    ByteBuffer small = ByteBuffer.allocate(4 * order.length);
    for (int record : order) {
      long at = records.getLong(RECORD * record + AT);
      if (at > Integer.MAX_VALUE) {
        small.putInt(LARGE | large.size());
        large.add(at);
      } else {
        small.putInt((int) at);
      }
    }
    ByteBuffer all = ByteBuffer.allocate(small.capacity() + 8 * large.size()).put(small.flip());
    large.forEach(all::putLong);
    return all;
  }
}
