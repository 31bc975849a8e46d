package dev.countersign.proxy.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an upstream answers. It may take any time, but it may not be silent for long: whoever waits
 * for it holds a place that others wait for.
 */
final class UpstreamBody extends FilterInputStream {

  private final Thread watch;
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean waits;
  private volatile boolean silent;

  /**
   * @param patience how long it may be silent; up to twice as long before that is noticed
   */
  UpstreamBody(InputStream in, Duration patience) {
    super(in);
    this.watch = Thread.startVirtualThread(() -> watch(patience));
  }

  private void watch(Duration patience) {
    try {
      long before;
      do {
        before = reads.get();
        Thread.sleep(patience);
      } while (!waits || reads.get() != before);
      silent = true;
      // Ends the read that waits.
      super.close();
    } catch (InterruptedException | IOException e) {
      // It was closed, or is as good as closed.
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    var _ = reads.incrementAndGet();
    waits = true;
    try {
      int read = super.read(into, from, length);
      if (!silent) {
        return read;
      }
    } catch (IOException e) {
      if (!silent) {
        throw new UpstreamException("the upstream broke off", e);
      }
    } finally {
      waits = false;
    }
    throw new UpstreamException("the upstream has fallen silent");
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    super.close();
  }
}
