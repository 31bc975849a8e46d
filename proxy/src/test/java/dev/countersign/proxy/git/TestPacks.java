package dev.countersign.proxy.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.Deflater;

/** Packs that git would not make. */
public final class TestPacks {

  public static final int COMMIT = 1;
  public static final int TREE = 2;
  public static final int BLOB = 3;
  public static final int TAG = 4;
  private static final int OFFSET_DELTA = 6;
  private static final int NAME_DELTA = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int last;

  private TestPacks(int count) throws IOException {
    bytes.write("PACK".getBytes(StandardCharsets.US_ASCII));
    bytes.write(ByteBuffer.allocate(8).putInt(2).putInt(count).array());
  }

  public static TestPacks of(int count) throws IOException {
    return new TestPacks(count);
  }

  public TestPacks whole(int type, byte[] content) throws IOException {
    last = bytes.size();
    header(type, content.length);
    bytes.write(deflated(content));
    return this;
  }

  /** A file of zeros that says it is so large, of which only so much is there. */
  public TestPacks bomb(long said, int there) throws IOException {
    last = bytes.size();
    header(BLOB, said);
    bytes.write(deflated(new byte[there]));
    return this;
  }

  /** Where the last object begins. */
  public int last() {
    return last;
  }

  /** A delta that copies all of an object, and adds so much. */
  public TestPacks offsetDelta(int base, int baseSize, byte[] added) throws IOException {
    last = bytes.size();
    byte[] delta = delta(baseSize, added);
    header(OFFSET_DELTA, delta.length);
    offset(last - base);
    bytes.write(deflated(delta));
    return this;
  }

  public TestPacks nameDelta(byte[] base, int baseSize, byte[] added) throws IOException {
    last = bytes.size();
    byte[] delta = delta(baseSize, added);
    header(NAME_DELTA, delta.length);
    bytes.write(base);
    bytes.write(deflated(delta));
    return this;
  }

  private static byte[] delta(int baseSize, byte[] added) throws IOException {
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    number(baseSize, delta);
    number(baseSize + added.length, delta);
    for (int from = 0; from < baseSize; from += 0xffff) {
      int count = Math.min(0xffff, baseSize - from);
      delta.write(0x80 | 0x0f | 0x30);
      delta.write(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(from)).array());
      delta.write(count & 255);
      delta.write(count >> 8);
    }
    delta.write(added.length);
    delta.write(added);
    return delta.toByteArray();
  }

  private static void number(long value, ByteArrayOutputStream out) {
    long rest = value;
    while (rest > 127) {
      out.write((int) ((rest & 127) | 128));
      rest >>= 7;
    }
    out.write((int) rest);
  }

  private void header(int type, long size) {
    long rest = size >> 4;
    bytes.write((int) ((rest > 0 ? 0x80 : 0) | type << 4 | (size & 15)));
    if (rest > 0) {
      number(rest, bytes);
    }
  }

  private void offset(int distance) {
    byte[] digits = new byte[10];
    int at = digits.length - 1;
    digits[at] = (byte) (distance & 127);
    for (int rest = distance >> 7; rest > 0; rest >>= 7) {
      rest--;
      digits[--at] = (byte) ((rest & 127) | 128);
    }
    bytes.write(digits, at, digits.length - at);
  }

  public byte[] end() throws IOException {
    return end("SHA-1");
  }

  /** One that ends with another digest. */
  public byte[] end(String algorithm) throws IOException {
    try {
      bytes.write(MessageDigest.getInstance(algorithm).digest(bytes.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] deflated(byte[] content) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8 << 10];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }
}
