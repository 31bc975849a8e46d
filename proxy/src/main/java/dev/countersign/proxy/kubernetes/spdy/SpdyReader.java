package dev.countersign.proxy.kubernetes.spdy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a client. Takes what is needed for terminals and nothing else of the
 * protocol: whatever surprises is an {@link IOException}. Layout of a control frame: bit 1, int15
 * version, int16 type, int8 flags, int24 length, payload; of a data frame: bit 0, int31 stream,
 * int8 flags, int24 length, payload.
 */
public final class SpdyReader implements AutoCloseable {

  private static final int VERSION = 3;
  private static final int LONGEST_CONTROL = 4 << 10;
  private static final int LONGEST_PART = 16 << 10;
  private static final int LAST = 1;

  private final InputStream in;
  private final HeaderDecoder headers = new HeaderDecoder();
  private int stream;
  private boolean endsStream;
  private int left;

  public SpdyReader(InputStream in) {
    this.in = new BufferedInputStream(in, LONGEST_PART);
  }

  /**
   * The next frame, or the next part of one; waits for it.
   *
   * @return null at the end of the connection
   * @throws IOException if it is none that a client of a terminal sends, or breaks off
   */
  public @Nullable SpdyFrame next() throws IOException {
    if (left > 0) {
      return part();
    }
    int first = in.read();
    if (first < 0) {
      return null;
    }
    ByteBuffer head = ByteBuffer.allocate(8).put((byte) first).put(exactly(7)).flip();
    int word = head.getInt();
    int flags = head.get() & 0xff;
    int length = (head.get() & 0xff) << 16 | (head.getShort() & 0xffff);
    return word < 0 ? control(word, flags, length) : data(word, flags, length);
  }

  private SpdyFrame data(int of, int flags, int length) throws IOException {
    if (of == 0 || flags > LAST) {
      throw new IOException("SPDY data with flags that are not known, or of no stream");
    }
    stream = of;
    endsStream = flags == LAST;
    left = length;
    return length == 0 ? new SpdyFrame.Data(of, endsStream, new byte[0]) : part();
  }

  private SpdyFrame part() throws IOException {
    byte[] part = new byte[Math.min(left, LONGEST_PART)];
    int count = in.read(part);
    if (count < 0) {
      throw new IOException("a SPDY frame breaks off");
    }
    left -= count;
    byte[] payload = count == part.length ? part : Arrays.copyOf(part, count);
    return new SpdyFrame.Data(stream, endsStream && left == 0, payload);
  }

  private SpdyFrame control(int word, int flags, int length) throws IOException {
    int version = word >> 16 & 0x7fff;
    int type = word & 0xffff;
    if (version != VERSION || length > LONGEST_CONTROL) {
      throw new IOException("a SPDY frame of version %d with %d bytes".formatted(version, length));
    }
    ByteBuffer payload = ByteBuffer.wrap(exactly(length));
    return switch (type) {
      case 1 -> synStream(payload, flags);
      case 3 -> {
        shaped(type, length == 8 && flags == 0);
        yield new SpdyFrame.Reset(id(payload));
      }
      case 4 -> {
        shaped(type, flags <= 1 && length >= 4 && length == 4 + 8L * payload.getInt());
        yield new SpdyFrame.Settings();
      }
      case 6 -> {
        shaped(type, length == 4 && flags == 0);
        yield new SpdyFrame.Ping(payload.getInt());
      }
      case 7 -> {
        shaped(type, length == 8 && flags == 0 && payload.getInt() >= 0);
        yield new SpdyFrame.GoAway();
      }
      case 9 -> {
        shaped(type, length == 8 && flags == 0);
        int of = payload.getInt();
        int more = payload.getInt();
        shaped(type, of >= 0 && more > 0);
        yield new SpdyFrame.WindowUpdate(of, more);
      }
      default -> throw new IOException("a SPDY frame of a type that is not taken: " + type);
    };
  }

  private SpdyFrame synStream(ByteBuffer payload, int flags) throws IOException {
    shaped(1, payload.remaining() >= 10 && flags <= LAST);
    int opened = id(payload);
    shaped(1, payload.getInt() == 0);
    // Priority and slot mean nothing to terminals.
    payload.getShort();
    return new SpdyFrame.SynStream(opened, flags == LAST, headers.decode(payload));
  }

  private static int id(ByteBuffer payload) throws IOException {
    int id = payload.getInt();
    if (id <= 0) {
      throw new IOException("a SPDY frame of no stream");
    }
    return id;
  }

  private static void shaped(int type, boolean isAsItShouldBe) throws IOException {
    if (!isAsItShouldBe) {
      throw new IOException("a SPDY frame of the type " + type + " that is not shaped like one");
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a SPDY frame breaks off");
    }
    return bytes;
  }

  @Override
  public void close() {
    headers.close();
  }
}
