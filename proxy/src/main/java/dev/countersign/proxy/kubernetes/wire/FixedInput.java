package dev.countersign.proxy.kubernetes.wire;

import dev.countersign.proxy.frontdoor.BlockInput;
import java.io.IOException;
import java.io.InputStream;

/** A body whose length is known. */
final class FixedInput extends BlockInput {

  private final InputStream in;
  private long left;

  FixedInput(InputStream in, long length) {
    this.in = in;
    left = length;
  }

  boolean isAtEnd() {
    return left == 0;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new UpstreamException("the answer breaks off");
    }
    left -= count;
    return count;
  }
}
