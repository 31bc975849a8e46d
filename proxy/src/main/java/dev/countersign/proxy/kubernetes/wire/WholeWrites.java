package dev.countersign.proxy.kubernetes.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** A stream of which any number of threads write: none of them between the bytes of another. */
final class WholeWrites extends OutputStream {

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();

  WholeWrites(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      out.write(bytes, offset, length);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
