package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads one message body. Reads past its end and bytes left over are {@link
 * WireException.Malformed}, texts that are not UTF-8 {@link WireException.NotUtf8}.
 */
public final class WireReader {

  private static final byte NUL = 0;

  /** NAMEDATALEN without the NUL. */
  private static final int NAME_BYTES = 63;

  private final ByteBuf in;

  private WireReader(ByteBuf in) {
    this.in = in;
  }

  /**
   * Decodes the body of a whole frame; the frame keeps its indices and its owner.
   *
   * @param frame type, length and body
   */
  public static <T> T body(ByteBuf frame, Function<WireReader, T> decode) {
    return all(frame.slice(frame.readerIndex() + 5, frame.readableBytes() - 5), decode);
  }

  /** Decodes all of a buffer. */
  static <T> T all(ByteBuf in, Function<WireReader, T> decode) {
    WireReader reader = new WireReader(in);
    T message = decode.apply(reader);
    reader.end();
    return message;
  }

  byte int8() {
    need(1);
    return in.readByte();
  }

  short int16() {
    need(2);
    return in.readShort();
  }

  int int32() {
    need(4);
    return in.readInt();
  }

  /** A count: an int16 without a sign, as the server reads it. */
  int count() {
    return int16() & 0xffff;
  }

  byte[] bytes(int length) {
    if (length < 0) {
      throw new WireException.Malformed("a length is negative");
    }
    need(length);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  byte[] rest() {
    return bytes(in.readableBytes());
  }

  boolean isAtEnd() {
    return !in.isReadable();
  }

  /** A text up to its terminating NUL. */
  String cString() {
    int length = in.bytesBefore(NUL);
    if (length < 0) {
      throw new WireException.Malformed("a string has no end");
    }
    byte[] bytes = bytes(length);
    in.skipBytes(1);
    return utf8(bytes);
  }

  /**
   * A name of a statement or portal. Of a longer one the server takes the first bytes, whatever
   * they are.
   */
  String name() {
    boolean isWhole = in.bytesBefore(NUL) <= NAME_BYTES;
    String name = cString();
    return isWhole ? name : cut(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String cut(byte[] name) {
    int end = NAME_BYTES;
    while ((name[end] & 0xc0) == 0x80) {
      end--;
    }
    // What is left of a character that was cut; no other name of so many bytes is spelt so.
    String rest = new String(name, end, NAME_BYTES - end, StandardCharsets.ISO_8859_1);
    return new String(name, 0, end, StandardCharsets.UTF_8) + rest;
  }

  /** A list whose length, an int16, stands before it. No element takes less than {@code size}. */
  <T> List<T> list(int size, Function<WireReader, T> element) {
    int count = count();
    need((long) count * size);
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(element.apply(this));
    }
    return list;
  }

  void end() {
    if (in.isReadable()) {
      throw new WireException.Malformed("a message is longer than what it says");
    }
  }

  private void need(long length) {
    if (in.readableBytes() < length) {
      throw new WireException.Malformed("a message ends too early");
    }
  }

  private static String utf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return strict(bytes);
      }
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String strict(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WireException.NotUtf8();
    }
  }
}
