package dev.countersign.proxy.kubernetes.request;

import java.util.ArrayList;
import java.util.List;

/**
 * A path that is written in the one way there is to write it: what is judged is byte for byte what
 * is forwarded.
 *
 * @param segments decoded
 */
public record CanonicalPath(List<String> segments) {

  private static final int MOST_SEGMENTS = 64;

  public CanonicalPath {
    segments = List.copyOf(segments);
  }

  /**
   * Reads a path.
   *
   * @param raw as it was sent, without the query
   * @throws UnclearRequestException if there is another way to write it, or servers differ about
   *     what it names
   */
  public static CanonicalPath parse(String raw) throws UnclearRequestException {
    if (!raw.startsWith("/")) {
      throw UnclearRequestException.malformed("a path begins with a slash");
    }
    List<String> segments = new ArrayList<>();
    if (!raw.equals("/")) {
      for (String written : raw.substring(1).split("/", -1)) {
        segments.add(segment(written));
      }
    }
    if (segments.size() > MOST_SEGMENTS) {
      throw UnclearRequestException.malformed("a path with more than 64 segments");
    }
    return new CanonicalPath(segments);
  }

  private static String segment(String written) throws UnclearRequestException {
    String segment = PercentCode.decode(written);
    if (segment.isEmpty()) {
      throw UnclearRequestException.malformed("an empty segment: two slashes, or one at the end");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw UnclearRequestException.malformed("a path that goes up or stays where it is");
    }
    if (!PercentCode.encodeSegment(segment).equals(written)) {
      throw UnclearRequestException.malformed("a segment that can be written in another way");
    }
    if (segment.chars().anyMatch(CanonicalPath::isAmbiguous)) {
      throw UnclearRequestException.malformed(
          "an encoded slash, backslash, percent sign, semicolon or control character");
    }
    return segment;
  }

  private static boolean isAmbiguous(int c) {
    return c == '/'
        || c == '\\'
        || c == '%'
        || c == ';'
        || c == '?'
        || c == '#'
        || Character.isISOControl(c)
        // Turns the direction of a text, or is not seen in it.
        || Character.getType(c) == Character.FORMAT;
  }

  /** As it was sent, and as it is forwarded. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    segments.forEach(segment -> text.append('/').append(PercentCode.encodeSegment(segment)));
    return text.isEmpty() ? "/" : text.toString();
  }
}
