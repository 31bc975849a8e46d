package dev.countersign.proxy.git.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;

/**
 * What a pack begins with: {@code "PACK" version count}.
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">Pack format</a>
 */
public final class PackHeader {

  /** Where the count is. */
  public static final int COUNT = 8;

  private static final int LENGTH = 12;
  private static final int SIGNATURE = 0x5041434b;
  private static final int VERSION = 2;

  private PackHeader() {}

  /** That of a pack of so many objects. */
  public static byte[] of(int count) {
    return ByteBuffer.allocate(LENGTH).putInt(SIGNATURE).putInt(VERSION).putInt(count).array();
  }

  /**
   * Reads it, and gives all of the pack.
   *
   * @throws GitWireException if it is none, or one of more objects than so many
   */
  public static InputStream check(InputStream in, long most) throws IOException {
    byte[] header = in.readNBytes(LENGTH);
    ByteBuffer fields = ByteBuffer.wrap(header);
    if (header.length < LENGTH || fields.getInt() != SIGNATURE || fields.getInt() != VERSION) {
      throw new GitWireException("it does not begin as packs do");
    }
    long objects = Integer.toUnsignedLong(fields.getInt());
    if (objects > most) {
      throw new GitWireException.TooMuch(
          "the pack has " + objects + " objects, more than " + most + "; push in parts");
    }
    return new SequenceInputStream(new ByteArrayInputStream(header), in);
  }
}
