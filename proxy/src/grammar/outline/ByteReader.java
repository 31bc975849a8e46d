package outline;

import java.util.Arrays;

/** Reads WebAssembly's variable-length numbers. */
final class ByteReader {

  private final byte[] bytes;
  private int position;

  ByteReader(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  int position() {
    return position;
  }

  boolean isAtEnd() {
    return position == bytes.length;
  }

  void skip(int count) {
    position += count;
  }

  int octet() {
    return bytes[position++] & 0xff;
  }

  /** A value type as the module writer wants it: signed, as a block type is. */
  int signedOctet() {
    return bytes[position++];
  }

  int unsigned() {
    return (int) number(false);
  }

  long signed() {
    return number(true);
  }

  private long number(boolean isSigned) {
    long value = 0;
    int shift = 0;
    int octet;
    do {
      octet = bytes[position++];
      value |= (long) (octet & 0x7f) << shift;
      shift += 7;
    } while ((octet & 0x80) != 0);
    boolean isNegative = isSigned && shift < Long.SIZE && (octet & 0x40) != 0;
    return isNegative ? value | -1L << shift : value;
  }

  byte[] since(int start) {
    return Arrays.copyOfRange(bytes, start, position);
  }
}
