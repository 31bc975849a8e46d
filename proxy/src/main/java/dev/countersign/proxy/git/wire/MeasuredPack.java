package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The measure of a pack on its way to somebody who will resolve its deltas: how deep they go, and
 * how much it all is unpacked. Once its end is measured it is within the bounds.
 *
 * <pre>
 * "PACK" version count  (type+size [base] zlib-stream){count}  SHA-1 or SHA-256
 * </pre>
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">Pack format</a>
 */
public final class MeasuredPack implements AutoCloseable {

  private static final int HEADER = 12;
  private static final int OFFSET_DELTA = 6;
  private static final int NAME_DELTA = 7;

  /** Two numbers of at most ten bytes stand in front of a delta. */
  private static final int SIZES = 20;

  /** Is told of every object, in the order of the pack. */
  public interface Sink {
    void begins(Packed object) throws IOException;

    /** The bytes are somebody else's again once this returns. */
    void content(byte[] bytes, int count) throws IOException;

    /**
     * All of it was there.
     *
     * @param crc of the object as it is packed
     */
    void ends(int crc) throws IOException;
  }

  private enum Part {
    HEADER,
    TYPE,
    SIZE,
    OFFSET,
    NAME,
    CONTENT,
    END
  }

  private final PackOutline outline;
  private final Sink sink;
  private final CRC32 crc = new CRC32();
  private final Inflater inflater = new Inflater();
  private final byte[] unpacked = new byte[16 << 10];
  private final int nameBytes;
  private final byte[] fixed;
  private final byte[] sizes = new byte[SIZES];
  private Part part = Part.HEADER;
  private int filled;
  private int sized;
  private long position;
  private long remaining;
  private long begin;
  private int type;
  private long size;
  private int shift;
  private long offset;

  /**
   * @param format how its objects are named
   * @param sink is told of each of them
   */
  public MeasuredPack(PackOutline.Limits limits, ObjectFormat format, Sink sink) {
    this.nameBytes = format.bytes();
    this.fixed = new byte[nameBytes];
    this.outline = new PackOutline(limits);
    this.sink = requireNonNull(sink, "sink");
  }

  /** Where its objects end, once that has been measured. */
  long end() {
    return position;
  }

  /** Bytes that one thread has to hold at once to resolve its deltas; known at its end. */
  long held() {
    return outline.mostHeld();
  }

  /**
   * Measures what follows.
   *
   * @return how much of it is before the end of the objects
   */
  int measure(byte[] bytes, int count) throws IOException {
    int from = 0;
    while (from < count && part != Part.END) {
      Part was = part;
      int at = part == Part.CONTENT ? content(bytes, from, count) : field(bytes[from], from + 1);
      // Bytes count as gone by once they have been looked at.
      position += at - from;
      crc.update(bytes, from, at - from);
      from = at;
      if (was == Part.CONTENT && part != Part.CONTENT) {
        sink.ends((int) crc.getValue());
      }
      if (part == Part.TYPE) {
        crc.reset();
      }
    }
    return from;
  }

  /** Takes one byte of what is not packed. */
  private int field(byte next, int behind) throws IOException {
    int b = next & 0xff;
    switch (part) {
      case HEADER -> {
        fixed[filled++] = next;
        if (filled == HEADER) {
          remaining = count();
          next();
        }
      }
      case TYPE -> {
        begin = position;
        type = b >> 4 & 7;
        size = b & 15;
        shift = 4;
        sized(b);
      }
      case SIZE -> {
        size |= (long) (b & 127) << shift;
        shift += 7;
        sized(b);
      }
      case OFFSET -> {
        offset = shift == 0 ? b & 127 : (offset + 1) << 7 | (b & 127);
        shift += 7;
        bounded(offset);
        if (b < 128) {
          begins(new Packed.OffsetDelta(begin, position + 1, size, begin - offset));
        }
      }
      case NAME -> {
        fixed[filled++] = next;
        if (filled == nameBytes) {
          begins(new Packed.NameDelta(begin, position + 1, size, fixed.clone()));
        }
      }
      case CONTENT, END -> throw new IllegalStateException("measured elsewhere");
    }
    return behind;
  }

  private long count() {
    long count = 0;
    for (int i = HEADER - 4; i < HEADER; i++) {
      count = count << 8 | (fixed[i] & 0xff);
    }
    return count;
  }

  private void next() {
    part = remaining-- == 0 ? Part.END : Part.TYPE;
  }

  private void sized(int b) throws IOException {
    bounded(size);
    if (b >= 128) {
      part = Part.SIZE;
      return;
    }
    filled = 0;
    shift = 0;
    offset = 0;
    switch (type) {
      case OFFSET_DELTA -> part = Part.OFFSET;
      case NAME_DELTA -> part = Part.NAME;
      default -> begins(new Packed.Whole(begin, position + 1, size, type));
    }
  }

  private void bounded(long number) throws GitWireException {
    if (shift > 56 || number < 0) {
      throw new GitWireException("the pack has a number in it that is too large");
    }
  }

  private void begins(Packed object) throws IOException {
    part = Part.CONTENT;
    sized = 0;
    inflater.reset();
    sink.begins(object);
  }

  private int content(byte[] bytes, int at, int to) throws IOException {
    inflater.setInput(bytes, at, to - at);
    try {
      while (!inflater.finished()) {
        int count = inflater.inflate(unpacked);
        if (inflater.getBytesWritten() > size || (count == 0 && inflater.needsDictionary())) {
          throw new GitWireException("an object of the pack is longer than it says");
        }
        sink.content(unpacked, count);
        for (int i = 0; i < count && sized < SIZES; i++) {
          sizes[sized++] = unpacked[i];
        }
        if (count == 0 && inflater.needsInput()) {
          return to;
        }
      }
    } catch (DataFormatException e) {
      throw new GitWireException("an object of the pack cannot be unpacked");
    }
    if (inflater.getBytesWritten() < size) {
      throw new GitWireException("an object of the pack is shorter than it says");
    }
    outline();
    next();
    int end = to - inflater.getRemaining();
    if (part == Part.END) {
      inflater.end();
      outline.check();
    }
    return end;
  }

  private void outline() throws GitWireException {
    switch (type) {
      case OFFSET_DELTA -> {
        long[] both = deltaSizes();
        outline.offsetDelta(begin, begin - offset, both[1]);
      }
      case NAME_DELTA -> {
        long[] both = deltaSizes();
        outline.nameDelta(begin, fixed.clone(), both[0], both[1]);
      }
      default -> outline.whole(begin, size);
    }
  }

  /** The sizes of what a delta begins with and of what it makes. */
  private long[] deltaSizes() throws GitWireException {
    long[] both = new long[2];
    int at = 0;
    for (int i = 0; i < 2; i++) {
      shift = 0;
      int b = 128;
      while (b >= 128) {
        if (at == sized) {
          throw new GitWireException("a delta of the pack ends early");
        }
        b = sizes[at++] & 0xff;
        both[i] |= (long) (b & 127) << shift;
        shift += 7;
        bounded(both[i]);
      }
    }
    return both;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
