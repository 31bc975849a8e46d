package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection to the door that sends what no stock client sends. */
final class RawConnection implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;

  RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** A whole request, as the agent. */
  static String request(String line, String fields, String body) {
    return request(OpenDoor.TOKEN, line, fields, body);
  }

  static String request(String token, String line, String fields, String body) {
    return line
        + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + fields
        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
        + "\r\n"
        + body;
  }

  void send(String bytes) throws IOException {
    send(bytes.getBytes(ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** All that comes up to a text; up to the end if it does not come. */
  String until(String text) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    for (int next = in().read(); next >= 0; next = in().read()) {
      read.write(next);
      if (read.toString(ISO_8859_1).endsWith(text)) {
        break;
      }
    }
    return read.toString(ISO_8859_1);
  }

  /** One answer, whole. */
  String answer() throws IOException {
    String head = until("\r\n\r\n");
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      return head + new String(in().readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1);
    }
    return head.toLowerCase(Locale.ROOT).contains("chunked") ? head + until("0\r\n\r\n") : head;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
