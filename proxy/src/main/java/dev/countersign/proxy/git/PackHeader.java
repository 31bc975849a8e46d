package dev.countersign.proxy.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;

/** What a pack begins with: {@code "PACK" version count}. */
final class PackHeader {

  static final int LENGTH = 12;

  private static final int SIGNATURE = 0x5041434b;

  private PackHeader() {}

  /**
   * Reads it, and gives all of the pack.
   *
   * @throws GitRefusedException if it is none, or one of more objects than so many
   */
  static InputStream check(InputStream in, long most) throws IOException, GitRefusedException {
    byte[] header = in.readNBytes(LENGTH);
    ByteBuffer fields = ByteBuffer.wrap(header);
    if (header.length < LENGTH || fields.getInt() != SIGNATURE || fields.getInt() != 2) {
      throw new GitRefusedException("GIT-PACK", "what follows the ref commands is no pack");
    }
    long objects = Integer.toUnsignedLong(fields.getInt());
    if (objects > most) {
      throw new GitRefusedException(
          "GIT-PACK-LIMIT",
          "the pack has " + objects + " objects, more than " + most + "; push in parts");
    }
    return new SequenceInputStream(new ByteArrayInputStream(header), in);
  }
}
