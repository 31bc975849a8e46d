package dev.countersign.proxy.kubernetes.spdy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/** What a client writes, right or wrong. Headers are compressed in the order of the calls. */
public final class SpdyBytes {

  public static final int FIN = 1;

  private static final int VERSION = 0x8003;

  private final HeaderEncoder headers = new HeaderEncoder();

  /** A frame of any type. */
  public static byte[] control(int type, int flags, byte[] payload) {
    return ByteBuffer.allocate(8 + payload.length)
        .putShort((short) VERSION)
        .putShort((short) type)
        .putInt(flags << 24 | payload.length)
        .put(payload)
        .array();
  }

  /** A frame of any type whose payload is numbers. */
  public static byte[] control(int type, int flags, int... numbers) {
    return control(type, flags, numbers(numbers));
  }

  public static byte[] data(int stream, int flags, byte[] payload) {
    return ByteBuffer.allocate(8 + payload.length)
        .putInt(stream)
        .putInt(flags << 24 | payload.length)
        .put(payload)
        .array();
  }

  public byte[] opened(int stream, String streamType) {
    return synStream(stream, 0, Map.of("streamtype", streamType));
  }

  public byte[] synStream(int stream, int flags, Map<String, String> fields) {
    return synStream(stream, flags, headers.encode(fields));
  }

  static byte[] synStream(int stream, int flags, byte[] block) {
    return control(1, flags, joined(numbers(stream, 0), new byte[2], block));
  }

  static byte[] numbers(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  public static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
