package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** What is written to the disk, up to a limit. */
final class Counted extends FilterOutputStream {

  private final long largest;
  private long written;

  Counted(OutputStream out, long largest) {
    super(out);
    this.largest = largest;
  }

  long written() {
    return written;
  }

  @Override
  public void write(int b) throws IOException {
    count(1);
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    count(count);
    out.write(bytes, from, count);
  }

  private void count(int more) throws GitWireException {
    written += more;
    if (written > largest) {
      throw new GitWireException.TooMuch("the pack is too large to be inspected; push in parts");
    }
  }
}
