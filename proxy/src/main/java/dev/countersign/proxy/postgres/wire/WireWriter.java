package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes messages; a length that does not fit its field is refused, never cut. */
final class WireWriter {

  private WireWriter() {}

  /** Writes the type and leaves room for the length; the answer goes to {@link #close}. */
  static int open(ByteBuf out, char type) {
    out.writeByte(type);
    int start = out.writerIndex();
    out.writeInt(0);
    return start;
  }

  /** Writes the length of everything since {@link #open}. */
  static void close(ByteBuf out, int start) {
    out.setInt(start, out.writerIndex() - start);
  }

  static void empty(ByteBuf out, char type) {
    out.writeByte(type).writeInt(4);
  }

  static void cString(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a text on the wire has no NUL");
      }
    }
    out.writeBytes(bytes).writeByte(0);
  }

  /** An int16 without a sign, as a server reads it: 65,535 parameters are allowed. */
  static void count(ByteBuf out, int count) {
    if (count > 0xffff) {
      throw new IllegalArgumentException("too many elements: " + count);
    }
    out.writeShort(count);
  }
}
