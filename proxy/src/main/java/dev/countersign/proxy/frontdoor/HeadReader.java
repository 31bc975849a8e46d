package dev.countersign.proxy.frontdoor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads the head of an HTTP/1.1 request, more strictly than RFC 9112 has to: whatever two readers
 * could understand differently is no request here.
 */
final class HeadReader {

  private static final int MOST_FIELDS = 100;
  private static final int LONGEST_METHOD = 20;
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private HeadReader() {}

  /**
   * Reads a head.
   *
   * @param text all lines, each ended by CR and LF, without the empty one
   * @throws BadRequestException with what is wrong
   */
  static RequestHead read(String text) {
    String[] lines = text.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !words[2].equals("HTTP/1.1")) {
      throw BadRequestException.malformed("this is no request line of the one version spoken here");
    }
    List<HttpFields.Field> fields = new ArrayList<>();
    for (int i = 1; i < lines.length - 1; i++) {
      if (fields.size() == MOST_FIELDS) {
        throw new BadRequestException(431, "more than " + MOST_FIELDS + " header fields");
      }
      fields.add(field(lines[i]));
    }
    HttpFields all = new HttpFields(fields);
    if (all.values("host").size() != 1) {
      throw BadRequestException.malformed("not exactly one Host");
    }
    return new RequestHead(method(words[0]), target(words[1]), all, HttpExchange.Protocol.HTTP_1_1);
  }

  static String method(String method) {
    boolean isMethod =
        !method.isEmpty()
            && method.length() <= LONGEST_METHOD
            && consistsOf(method, c -> c >= 'A' && c <= 'Z');
    if (!isMethod || method.equals("CONNECT") || method.equals("TRACE")) {
      throw BadRequestException.malformed("no such method");
    }
    return method;
  }

  /** Only the origin form: this is no forward proxy. */
  static String target(String target) {
    if (!target.startsWith("/") || !consistsOf(target, c -> c > ' ' && c < 0x7f && c != '#')) {
      throw BadRequestException.malformed("the target is not a path");
    }
    return target;
  }

  private static HttpFields.Field field(String line) {
    int colon = line.indexOf(':');
    if (colon < 1 || !isToken(line.substring(0, colon))) {
      throw BadRequestException.malformed("a header field without a proper name");
    }
    String value = line.substring(colon + 1);
    if (!consistsOf(value, c -> c == '\t' || (c >= ' ' && c != 0x7f))) {
      throw BadRequestException.malformed("a header field with control characters");
    }
    return new HttpFields.Field(line.substring(0, colon), trim(value));
  }

  static boolean isToken(String name) {
    return consistsOf(
        name,
        c ->
            (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0);
  }

  private static boolean consistsOf(String text, IntPredicate allowed) {
    for (int i = 0; i < text.length(); i++) {
      if (!allowed.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Spaces and tabs only: other white space is no white space of HTTP. */
  private static String trim(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && isBlank(value.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
