package dev.countersign.proxy.git;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a file in a directory, as the bytes it is. A view of these until it is copied. In an
 * order, so that many with one hash do not make a table slow.
 */
final class FileName implements Comparable<FileName> {

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int hash;

  FileName(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    int code = 1;
    for (int i = from; i < to; i++) {
      code = 31 * code + bytes[i];
    }
    this.hash = code;
  }

  FileName copy() {
    return new FileName(Arrays.copyOfRange(bytes, from, to), 0, to - from);
  }

  int length() {
    return to - from;
  }

  String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(FileName name) {
    return Arrays.compare(bytes, from, to, name.bytes, name.from, name.to);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileName name
        && hash == name.hash
        && Arrays.equals(bytes, from, to, name.bytes, name.from, name.to);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
