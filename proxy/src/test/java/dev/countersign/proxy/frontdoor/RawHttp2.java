package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection of HTTP/2 that says what no client would: frames as they are told to it, and fields
 * byte for byte. Answers settings only where the test does.
 */
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RESET = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;
  static final int WINDOW = 8;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  /** What came. */
  record Frame(int type, int flags, int stream, ByteBuffer payload) {}

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false);

  RawHttp2(SSLContext tls, int port) throws IOException {
    socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Bytes of many frames at once. */
  void send(byte[] frames) throws IOException {
    out.write(frames);
  }

  /** A request without a body. */
  void get(int stream, String path, String... more) throws IOException {
    String[] all = new String[8 + more.length];
    System.arraycopy(
        new String[] {":method", "GET", ":scheme", "https", ":path", path, ":authority", "a"},
        0,
        all,
        0,
        8);
    System.arraycopy(more, 0, all, 8, more.length);
    send(HEADERS, END_HEADERS | END_STREAM, stream, block(all));
  }

  /** Fields, each as it is, none put into a table. */
  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      text(namesAndValues[i], block);
      text(namesAndValues[i + 1], block);
    }
    return block.toByteArray();
  }

  private static void text(String text, ByteArrayOutputStream to) {
    int rest = text.length();
    if (rest < 127) {
      to.write(rest);
    } else {
      to.write(127);
      for (rest -= 127; rest >= 128; rest >>= 7) {
        to.write((rest & 127) | 128);
      }
      to.write(rest);
    }
    to.writeBytes(text.getBytes(ISO_8859_1));
  }

  /**
   * The next frame.
   *
   * @throws EOFException if the door has hung up
   */
  Frame next() throws IOException {
    try {
      int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
    } catch (SocketException e) {
      EOFException end = new EOFException("the door has hung up");
      end.initCause(e);
      throw end;
    }
  }

  /** Whether a frame of a type comes before the door hangs up. */
  boolean next(int type) throws IOException {
    try {
      while (next().type() != type) {
        // Something else.
      }
      return true;
    } catch (EOFException e) {
      return false;
    }
  }

  /** What becomes of a request: its status, or how it was broken off. */
  String answer(int stream) throws IOException, Http2Exception {
    while (true) {
      Frame frame;
      try {
        frame = next();
      } catch (EOFException e) {
        return "hung up";
      }
      if (frame.type() == GO_AWAY) {
        return "go away " + frame.payload().getInt(4);
      }
      if (frame.type() == HEADERS) {
        String status =
            String.valueOf(
                fields
                    .decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))
                    .status());
        if (frame.stream() == stream) {
          return status;
        }
      }
      if (frame.type() == RESET && frame.stream() == stream) {
        return "reset " + frame.payload().getInt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
