package dev.countersign.proxy.git.sha256;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A file that packed objects are read from, here and there. Used by one thread. */
final class PackBytes implements AutoCloseable {

  private static final int BUFFER = 16 << 10;

  /** Takes what an object is, piece by piece. */
  @FunctionalInterface
  interface Piece {
    void take(byte[] bytes, int count);
  }

  private final FileChannel file;
  private final Inflater inflater = new Inflater();
  private final ByteBuffer packed = ByteBuffer.allocate(BUFFER);
  private final byte[] piece = new byte[BUFFER];

  PackBytes(Path file) throws IOException {
    this.file = FileChannel.open(requireNonNull(file, "file"));
  }

  /** Unpacks what begins somewhere, all of it. */
  byte[] unpack(long from, long size) throws IOException {
    byte[] whole = new byte[Math.toIntExact(size)];
    int[] filled = new int[1];
    unpack(
        from,
        size,
        (bytes, count) -> {
          System.arraycopy(bytes, 0, whole, filled[0], count);
          filled[0] += count;
        });
    return whole;
  }

  /**
   * Unpacks what begins somewhere.
   *
   * @throws GitWireException if it is longer or shorter than that
   */
  void unpack(long from, long size, Piece to) throws IOException {
    inflater.reset();
    long at = from;
    long left = size;
    try {
      while (!inflater.finished()) {
        int count = inflater.inflate(piece);
        if (count > left || inflater.needsDictionary()) {
          throw new GitWireException("an object of the pack is longer than it says");
        }
        to.take(piece, count);
        left -= count;
        if (count == 0 && inflater.needsInput()) {
          at += fill(at);
        }
      }
    } catch (DataFormatException e) {
      throw new GitWireException("an object of the pack cannot be unpacked");
    }
    if (left != 0) {
      throw new GitWireException("an object of the pack is shorter than it says");
    }
  }

  private int fill(long at) throws IOException {
    int count = file.read(packed.clear(), at);
    if (count <= 0) {
      throw new GitWireException("the pack ends early");
    }
    inflater.setInput(packed.flip());
    return count;
  }

  /** What stands there, as it is. */
  InputStream bytes(long from, long to) {
    return new InputStream() {
      private long at = from;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        if (at >= to) {
          return -1;
        }
        int most = (int) Math.min(count, to - at);
        int read = file.read(ByteBuffer.wrap(into, offset, most), at);
        at += Math.max(0, read);
        return read;
      }
    };
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
