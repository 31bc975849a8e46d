package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A connection to a server that trusts us, on which a text goes into a Parse message as it is. */
final class RawServer implements AutoCloseable {

  /** What ErrorResponse says: M and F. */
  record Rejection(String message, String file) {}

  private static final int PROTOCOL = 3 << 16;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  RawServer(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
    byte[] parameters = "user\0postgres\0database\0postgres\0\0".getBytes(UTF_8);
    out.writeInt(8 + parameters.length);
    out.writeInt(PROTOCOL);
    out.write(parameters);
    out.flush();
    untilReady();
  }

  /** Answers null if the server accepts the text as one statement. */
  Rejection parse(String sql) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0);
    body.writeBytes(sql.getBytes(UTF_8));
    body.write(new byte[3], 0, 3);
    out.writeByte('P');
    out.writeInt(4 + body.size());
    body.writeTo(out);
    out.writeByte('S');
    out.writeInt(4);
    out.flush();
    return untilReady();
  }

  private Rejection untilReady() throws IOException {
    Rejection error = null;
    while (true) {
      int type = in.readUnsignedByte();
      byte[] body = in.readNBytes(in.readInt() - 4);
      if (type == 'E') {
        error = new Rejection(field(body, 'M'), field(body, 'F'));
      } else if (type == 'Z') {
        return error;
      }
    }
  }

  private static String field(byte[] body, char name) {
    for (String part : new String(body, UTF_8).split("\0", -1)) {
      if (!part.isEmpty() && part.charAt(0) == name) {
        return part.substring(1);
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
