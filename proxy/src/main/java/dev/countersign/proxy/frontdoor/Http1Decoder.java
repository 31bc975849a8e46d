package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of HTTP/1.1 into a {@link RequestHead}, the {@link ByteBuf}s of its body and {@link
 * BodyEnd}. Stops behind each request until {@link #next} or {@link #raw} is called, so that what
 * follows an upgrade is never read as a request.
 *
 * <p>Netty's own decoder mends what it can: folded lines, bare line feeds, chunk extensions. Here
 * whatever could be read in two ways is refused.
 */
final class Http1Decoder extends ByteToMessageDecoder {

  /** The body is over. */
  enum BodyEnd {
    BODY_END
  }

  private static final int LONGEST_CHUNK_LINE = 16;
  private static final int MOST_DIGITS = 18;
  private static final int MOST_HEX_DIGITS = 7;

  private enum State {
    HEAD,
    FIXED,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    LAST_LINE,
    PAUSED,
    RAW,
    BROKEN
  }

  private final int longestHead;
  private State state = State.HEAD;
  private int scanned;
  private long remaining;

  Http1Decoder(int longestHead) {
    this.longestHead = longestHead;
  }

  /** Whether nothing of a next request has come. */
  boolean isEmpty() {
    return actualReadableBytes() == 0;
  }

  /** Goes on with the next request. */
  void next(ChannelHandlerContext context) throws Exception {
    resume(context, State.HEAD);
  }

  /** Passes on everything from here as it is. */
  void raw(ChannelHandlerContext context) throws Exception {
    resume(context, State.RAW);
  }

  private void resume(ChannelHandlerContext context, State as) throws Exception {
    state = as;
    // What has been received already is decoded now, not when more comes.
    channelRead(context, Unpooled.EMPTY_BUFFER);
  }

  /** Does not ask for more by itself: behind a request it would never stop. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    try {
      step(in, out);
    } catch (BadRequestException e) {
      state = State.BROKEN;
      in.skipBytes(in.readableBytes());
      out.add(e);
    }
  }

  private void step(ByteBuf in, List<Object> out) {
    switch (state) {
      case HEAD -> head(in, out);
      case FIXED, CHUNK -> content(in, out);
      case CHUNK_SIZE -> chunkSize(in);
      case CHUNK_END -> {
        if (line(in, 0) != null) {
          state = State.CHUNK_SIZE;
        }
      }
      case LAST_LINE -> {
        if (line(in, 0) != null) {
          end(out);
        }
      }
      case RAW -> out.add(in.readRetainedSlice(in.readableBytes()));
      case PAUSED -> {}
      case BROKEN -> in.skipBytes(in.readableBytes());
    }
  }

  private void head(ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    int available = Math.min(in.readableBytes(), longestHead);
    for (; scanned < available; scanned++) {
      byte now = in.getByte(start + scanned);
      byte before = scanned == 0 ? 0 : in.getByte(start + scanned - 1);
      if ((now == '\n') != (before == '\r')) {
        throw BadRequestException.malformed("a line that does not end in CR and LF");
      }
      if (now == '\n' && isEmptyLine(in, start)) {
        String text = in.toString(start, scanned - 1, ISO_8859_1);
        in.skipBytes(scanned + 1);
        scanned = 0;
        begin(HeadReader.read(text), out);
        return;
      }
    }
    if (available == longestHead) {
      throw new BadRequestException(431, "the head is longer than " + longestHead + " bytes");
    }
  }

  private boolean isEmptyLine(ByteBuf in, int start) {
    if (scanned == 1) {
      throw BadRequestException.malformed("an empty line instead of a request");
    }
    return scanned >= 3 && in.getByte(start + scanned - 2) == '\n';
  }

  private void begin(RequestHead head, List<Object> out) {
    List<String> lengths = head.fields().values("content-length");
    List<String> codings = head.fields().values("transfer-encoding");
    if (lengths.size() + codings.size() > 1) {
      throw BadRequestException.malformed("more than one way to find the end of the body");
    }
    if (!codings.isEmpty()) {
      if (!codings.getFirst().equalsIgnoreCase("chunked")) {
        throw BadRequestException.malformed("a transfer coding other than chunked");
      }
      state = State.CHUNK_SIZE;
      out.add(head);
      return;
    }
    remaining = lengths.isEmpty() ? 0 : length(lengths.getFirst());
    out.add(head);
    if (remaining == 0) {
      end(out);
    } else {
      state = State.FIXED;
    }
  }

  private static long length(String text) {
    if (text.isEmpty()
        || text.length() > MOST_DIGITS
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw BadRequestException.malformed("Content-Length is not a number");
    }
    return Long.parseLong(text);
  }

  private void content(ByteBuf in, List<Object> out) {
    int size = (int) Math.min(remaining, in.readableBytes());
    out.add(in.readRetainedSlice(size));
    remaining -= size;
    if (remaining > 0) {
      return;
    }
    if (state == State.FIXED) {
      end(out);
    } else {
      state = State.CHUNK_END;
    }
  }

  private void chunkSize(ByteBuf in) {
    String line = line(in, LONGEST_CHUNK_LINE);
    if (line == null) {
      return;
    }
    if (line.isEmpty()
        || line.length() > MOST_HEX_DIGITS
        || !line.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x7f)) {
      throw BadRequestException.malformed("a chunk size that is not a hexadecimal number alone");
    }
    remaining = Long.parseLong(line, 16);
    state = remaining == 0 ? State.LAST_LINE : State.CHUNK;
  }

  /** A line of at most that many characters, or null if it has not come whole. */
  private static @Nullable String line(ByteBuf in, int longest) {
    int start = in.readerIndex();
    int size = Math.min(in.readableBytes(), longest + 2);
    for (int i = 0; i < Math.min(size, longest + 1); i++) {
      boolean isReturn = in.getByte(start + i) == '\r';
      if (isReturn && i + 1 < in.readableBytes() && in.getByte(start + i + 1) == '\n') {
        String line = in.toString(start, i, ISO_8859_1);
        in.skipBytes(i + 2);
        return line;
      }
      if (in.getByte(start + i) == '\n' || (isReturn && i + 1 < in.readableBytes())) {
        throw BadRequestException.malformed("a line of the body that does not end in CR and LF");
      }
    }
    if (size == longest + 2) {
      throw BadRequestException.malformed("something else where a chunk should begin or end");
    }
    return null;
  }

  private void end(List<Object> out) {
    state = State.PAUSED;
    out.add(BodyEnd.BODY_END);
  }
}
