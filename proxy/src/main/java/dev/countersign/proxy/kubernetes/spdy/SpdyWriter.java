package dev.countersign.proxy.kubernetes.spdy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Writes the frames of a server, each whole, from any number of threads. */
public final class SpdyWriter implements AutoCloseable {

  private static final int CONTROL = 0x8003;
  private static final int LONGEST = (1 << 24) - 1;

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final HeaderEncoder headers = new HeaderEncoder();
  private boolean closed;

  /**
   * @param out blocks while the client is slow
   */
  public SpdyWriter(OutputStream out) {
    this.out = out;
  }

  /** Takes a stream that the client has opened. */
  public void synReply(int stream) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("closed");
      }
      byte[] block = headers.encode(Map.of());
      write(control(2, 4 + block.length).putInt(stream).put(block));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends bytes on a stream. Not held back by the client's windows: clients of Kubernetes open
   * none, ever; TCP holds back.
   *
   * @param isLast whether nothing else comes on it
   */
  public void data(int stream, boolean isLast, byte[] payload) throws IOException {
    if (payload.length > LONGEST) {
      throw new IOException("more than a SPDY frame holds");
    }
    write(
        ByteBuffer.allocate(8 + payload.length)
            .putInt(stream)
            .putInt((isLast ? 1 << 24 : 0) | payload.length)
            .put(payload));
  }

  /** Sends a ping back. */
  public void ping(int id) throws IOException {
    write(control(6, 4).putInt(id));
  }

  /**
   * Lets the client send more, for those that wait for it.
   *
   * @param stream zero for all of them together
   */
  public void windowUpdate(int stream, int more) throws IOException {
    write(control(9, 8).putInt(stream).putInt(more));
  }

  /** Says that nothing else is taken. */
  public void goAway(int lastStream) throws IOException {
    write(control(7, 8).putInt(lastStream).putInt(0));
  }

  private static ByteBuffer control(int type, int length) {
    return ByteBuffer.allocate(8 + length)
        .putShort((short) CONTROL)
        .putShort((short) type)
        .putInt(length);
  }

  private void write(ByteBuffer frame) throws IOException {
    byte[] bytes = new byte[frame.flip().remaining()];
    frame.get(bytes);
    lock.lock();
    try {
      out.write(bytes);
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      headers.close();
    } finally {
      lock.unlock();
    }
  }
}
