package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A file that packed objects are read from, here and there, after they have been measured. Used by
 * one thread.
 */
public final class PackBytes implements AutoCloseable {

  private static final int BUFFER = 16 << 10;

  /** Takes what an object is, piece by piece. */
  @FunctionalInterface
  public interface Piece {
    void take(byte[] bytes, int count);
  }

  private final FileChannel file;
  private final Inflater inflater = new Inflater();
  private final byte[] piece = new byte[BUFFER];

  /** What was read last: objects that are near each other are asked for one after the other. */
  private final byte[] window = new byte[BUFFER];

  private long begin;
  private int filled;
  private long at;

  public PackBytes(Path file) throws IOException {
    this.file = FileChannel.open(requireNonNull(file, "file"));
  }

  /** Unpacks what begins somewhere, all of it. */
  public byte[] unpack(long from, long size) throws IOException {
    byte[] whole = new byte[Math.toIntExact(size)];
    begin(from);
    for (int filled = 0; filled < whole.length; ) {
      filled += inflate(whole, filled, whole.length - filled);
    }
    return whole;
  }

  /** Unpacks what begins somewhere. */
  public void unpack(long from, long size, Piece to) throws IOException {
    begin(from);
    for (long left = size; left > 0; ) {
      int count = inflate(piece, 0, (int) Math.min(left, piece.length));
      to.take(piece, count);
      left -= count;
    }
  }

  private void begin(long from) {
    inflater.reset();
    at = from;
  }

  /** Unpacks a little more of it. */
  private int inflate(byte[] into, int from, int most) throws IOException {
    try {
      while (true) {
        int count = inflater.inflate(into, from, most);
        if (count > 0) {
          return count;
        }
        if (inflater.finished() || inflater.needsDictionary()) {
          throw new GitWireException("the pack has changed");
        }
        fill();
      }
    } catch (DataFormatException e) {
      throw new GitWireException("the pack has changed");
    }
  }

  private void fill() throws IOException {
    if (at < begin || at >= begin + filled) {
      begin = at;
      filled = file.read(ByteBuffer.wrap(window), begin);
      if (filled <= 0) {
        throw new GitWireException("the pack has become shorter");
      }
    }
    int from = (int) (at - begin);
    inflater.setInput(window, from, filled - from);
    at = begin + filled;
  }

  /** Writes on what stands there, as it is. */
  public void copy(long from, long to, OutputStream out) throws IOException {
    for (long next = from; next < to; ) {
      int count =
          file.read(ByteBuffer.wrap(piece, 0, (int) Math.min(piece.length, to - next)), next);
      if (count <= 0) {
        throw new GitWireException("the pack has become shorter");
      }
      out.write(piece, 0, count);
      next += count;
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
