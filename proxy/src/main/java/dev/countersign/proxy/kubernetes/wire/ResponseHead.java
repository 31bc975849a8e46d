package dev.countersign.proxy.kubernetes.wire;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The status line and the fields of an answer. */
record ResponseHead(int status, HttpFields fields) {

  private static final int MOST_BYTES = 64 << 10;
  private static final int MOST_FIELDS = 200;

  static ResponseHead read(InputStream in) throws IOException {
    int[] left = {MOST_BYTES};
    String line = line(in, left);
    boolean isStatusLine =
        line.startsWith("HTTP/1.1 ")
            && line.length() >= 12
            && isDigit(line.charAt(9))
            && isDigit(line.charAt(10))
            && isDigit(line.charAt(11));
    if (!isStatusLine) {
      throw new UpstreamException("the API server does not speak HTTP/1.1");
    }
    List<HttpFields.Field> fields = new ArrayList<>();
    for (String next = line(in, left); !next.isEmpty(); next = line(in, left)) {
      int colon = next.indexOf(':');
      if (colon < 1 || next.charAt(0) == ' ' || fields.size() == MOST_FIELDS) {
        throw new UpstreamException("the API server sends header fields that are none");
      }
      fields.add(new HttpFields.Field(next.substring(0, colon), next.substring(colon + 1).strip()));
    }
    return new ResponseHead(Integer.parseInt(line.substring(9, 12)), new HttpFields(fields));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static String line(InputStream in, int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || --left[0] < 0) {
        throw new UpstreamException(
            next < 0 ? "the API server has closed the connection" : "a head without an end");
      }
      line.append((char) next);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
      throw new UpstreamException("the API server ends a line without CR");
    }
    line.setLength(line.length() - 1);
    return line.toString();
  }
}
