package dev.countersign.proxy.kubernetes.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A frame of RFC 6455, unmasked.
 *
 * @param opcode what it is
 * @param payload may be part of a longer message: of opcode {@link #CONTINUATION} then, but for the
 *     first
 */
@SuppressWarnings("ArrayRecordComponent") // Its owner alone holds it; nobody compares frames.
public record WebSocketFrame(int opcode, boolean isLast, byte[] payload) {

  public static final int CONTINUATION = 0;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;

  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int LONGEST = 1 << 20;
  private static final int LONGEST_CONTROL = 125;
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** What a server answers to a client's key. */
  public static String accept(String key) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /**
   * Reads a frame.
   *
   * @return null at the end of the stream
   * @throws IOException if it is longer than 1 MiB, uses an extension or breaks off
   */
  public static @Nullable WebSocketFrame read(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int second = byteOf(in);
    if ((first & 0x70) != 0) {
      throw new IOException("a WebSocket frame with an extension nobody agreed on");
    }
    int opcode = first & 0xf;
    boolean isLast = (first & 0x80) != 0;
    long length = second & 0x7f;
    if (opcode > PONG || (opcode >= CLOSE && (!isLast || length > LONGEST_CONTROL))) {
      throw new IOException("a WebSocket control frame that is none");
    }
    if (length == 126) {
      length = (long) byteOf(in) << 8 | byteOf(in);
    } else if (length == 127) {
      length = ByteBuffer.wrap(exactly(in, 8)).getLong();
    }
    if (length < 0 || length > LONGEST) {
      throw new IOException("a WebSocket frame that is too long");
    }
    byte[] mask = (second & 0x80) != 0 ? exactly(in, 4) : new byte[4];
    byte[] payload = exactly(in, (int) length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    return new WebSocketFrame(opcode, isLast, payload);
  }

  /** Whether it is about the connection, not a part of a message. */
  public boolean isControl() {
    return opcode >= CLOSE;
  }

  private static int byteOf(InputStream in) throws IOException {
    return exactly(in, 1)[0] & 0xff;
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a WebSocket frame breaks off");
    }
    return bytes;
  }

  /** A whole message of a server. */
  public static byte[] encode(int opcode, byte[] payload) {
    ByteArrayOutputStream out = head(opcode, payload.length, 0);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /**
   * A whole message of a client.
   *
   * @param key nobody can foresee it
   */
  public static byte[] encode(int opcode, byte[] payload, int key) {
    ByteArrayOutputStream out = head(opcode, payload.length, 0x80);
    byte[] mask = ByteBuffer.allocate(4).putInt(key).array();
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i & 3]);
    }
    return out.toByteArray();
  }

  private static ByteArrayOutputStream head(int opcode, int length, int masked) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 14);
    out.write(0x80 | opcode);
    if (length < 126) {
      out.write(masked | length);
    } else if (length < 1 << 16) {
      out.write(masked | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(masked | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
    return out;
  }
}
