package dev.countersign.proxy.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Pushes and fetches that stock git would not send, as they are on the wire. */
final class PushBytes {

  static final String PUSH = "application/x-git-receive-pack-request";
  static final String FETCH = "application/x-git-upload-pack-request";

  private PushBytes() {}

  /** A pkt-line. */
  static String line(String text) {
    return "%04x%s".formatted(text.length() + 4, text);
  }

  /** Lines, a flush, and what follows. */
  static byte[] body(String lines, byte[] pack) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes((lines + "0000").getBytes(StandardCharsets.UTF_8));
    body.writeBytes(pack);
    return body.toByteArray();
  }
}
