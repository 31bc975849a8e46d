package dev.countersign.proxy.frontdoor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Gathers small writes into blocks. */
final class BlockOutput extends OutputStream {

  private static final int BLOCK = 16 << 10;
  private static final int SHORT = 512;

  /** Where blocks go. */
  interface Sink {
    /**
     * Sends a block, which is the sink's own from then on; of no bytes if whoever writes only wants
     * to be sure that all is sent.
     */
    void send(byte[] bytes, int length) throws IOException;

    /** Sends the last block, which may be of no bytes, and ends it. */
    void end(byte[] bytes, int length) throws IOException;
  }

  private final Sink sink;
  private byte[] block = {};
  private int used;
  private boolean closed;

  BlockOutput(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    int from = offset;
    int left = length;
    while (left > 0) {
      room(left);
      int size = Math.min(left, block.length - used);
      System.arraycopy(bytes, from, block, used, size);
      used += size;
      from += size;
      left -= size;
      if (used == BLOCK) {
        flush();
      }
    }
  }

  /** Most answers are short, and a thousand quiet watches need no thousand blocks. */
  private void room(int more) {
    if (used + more > block.length && block.length < BLOCK) {
      int enough = Math.max(used + more, Math.max(2 * block.length, SHORT));
      block = Arrays.copyOf(block, Math.min(BLOCK, enough));
    }
  }

  @Override
  public void flush() throws IOException {
    if (closed) {
      return;
    }
    int length = used;
    used = 0;
    sink.send(block, length);
    block = new byte[0];
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      sink.end(block, used);
      block = new byte[0];
    }
  }
}
