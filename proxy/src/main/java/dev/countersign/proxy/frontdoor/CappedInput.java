package dev.countersign.proxy.frontdoor;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that throws instead of giving more bytes than it may. */
public class CappedInput extends FilterInputStream {

  private static final byte[] NOTHING = {};

  private final long limit;
  private long left;

  /**
   * Over another.
   *
   * @param limit in bytes; behind it reading throws {@link BodyTooLargeException}
   */
  public CappedInput(InputStream in, long limit) {
    super(in);
    this.limit = limit;
    left = limit;
  }

  /** How many it has given. */
  public final long count() {
    return limit - left;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    if (count > 0) {
      left -= count;
      if (left < 0) {
        throw new BodyTooLargeException(limit);
      }
    }
    return count;
  }

  /** Without a buffer where there is nothing: most requests have no body. */
  @Override
  public byte[] readAllBytes() throws IOException {
    int first = read();
    if (first < 0) {
      return NOTHING;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(first);
    transferTo(all);
    return all.toByteArray();
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] discarded = new byte[(int) Math.min(count, 8 << 10)];
    return Math.max(0, read(discarded, 0, discarded.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
