package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;

/** Percent-encoding of RFC 3986 in its one shortest form. */
final class PercentCode {

  /** What stands for itself in a segment of a path: unreserved, sub-delims, colon and at. */
  private static final String IN_PATH = "-._~!$&'()*+,=:@";

  private static final String IN_QUERY = "-._~";

  private PercentCode() {}

  static String encodeSegment(String text) {
    return encode(text, IN_PATH);
  }

  static String encodeQuery(String text) {
    return encode(text, IN_QUERY);
  }

  private static String encode(String text, String plain) {
    if (isPlain(text, plain)) {
      return text;
    }
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(UTF_8)) {
      char c = (char) (each & 0xff);
      if (isLetterOrDigit(c) || plain.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(String text, String plain) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && plain.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Decodes once. */
  static String decode(String text) throws UnclearRequestException {
    if (isPlain(text, IN_PATH)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw UnclearRequestException.malformed(
            "a percent sign without two hexadecimal digits: " + shown(text));
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw UnclearRequestException.malformed("no UTF-8 once it is decoded: " + shown(text));
    }
  }

  private static String shown(String text) {
    String start = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return start.toLowerCase(Locale.ROOT);
  }
}
