package dev.countersign.proxy.kubernetes.wire;

import dev.countersign.proxy.frontdoor.BlockInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** A body in chunks. */
final class ChunkedInput extends BlockInput {

  private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");

  private final InputStream in;
  private long left;
  private boolean isFirst = true;
  private boolean atEnd;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  boolean isAtEnd() {
    return atEnd;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !atEnd) {
      nextChunk();
    }
    if (atEnd) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new UpstreamException("the answer breaks off");
    }
    left -= count;
    return count;
  }

  private void nextChunk() throws IOException {
    int[] bound = {256};
    if (!isFirst && !ResponseHead.line(in, bound).isEmpty()) {
      throw new UpstreamException("a chunk that does not end where it should");
    }
    isFirst = false;
    String size = ResponseHead.line(in, bound).split(";", 2)[0].strip();
    if (!SIZE.matcher(size).matches()) {
      throw new UpstreamException("a chunk without a size");
    }
    left = Long.parseLong(size, 16);
    if (left == 0) {
      int[] trailers = {8 << 10};
      while (!ResponseHead.line(in, trailers).isEmpty()) {
        // Trailers say nothing that is asked for.
      }
      atEnd = true;
    }
  }
}
