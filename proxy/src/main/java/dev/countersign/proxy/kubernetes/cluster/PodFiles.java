package dev.countersign.proxy.kubernetes.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** What is in every pod of the cluster: whatever file is asked for, with one text in it. */
final class PodFiles {

  private static final int BLOCK = 512;
  private static final int CHECKSUM = 148;
  private static final String TEXT = "a line of a file in a pod\n".repeat(8_000);

  private PodFiles() {}

  /** An archive of tar with the file in it: POSIX 1003.1, ustar. */
  static byte[] archive(String path) {
    byte[] name = path.replaceFirst("^/+", "").getBytes(US_ASCII);
    byte[] text = TEXT.getBytes(US_ASCII);
    ByteBuffer header = ByteBuffer.allocate(BLOCK);
    header.put(name, 0, Math.min(name.length, 99));
    header.put(100, octal(0644, 8)).put(108, octal(0, 8)).put(116, octal(0, 8));
    header.put(124, octal(text.length, 12)).put(136, octal(0, 12));
    header.put(CHECKSUM, "        ".getBytes(US_ASCII));
    header.put(156, (byte) '0').put(257, "ustar\00000".getBytes(US_ASCII));
    int sum = 0;
    for (byte each : header.array()) {
      sum += each & 0xff;
    }
    header.put(CHECKSUM, octal(sum, 7));
    int blocks = (text.length + BLOCK - 1) / BLOCK;
    return ByteBuffer.allocate((blocks + 3) * BLOCK).put(header.array()).put(text).array();
  }

  /** Digits that fill a field but for the zero at its end. */
  private static byte[] octal(int number, int length) {
    return (("%0" + (length - 1) + "o").formatted(number) + "\0").getBytes(US_ASCII);
  }
}
