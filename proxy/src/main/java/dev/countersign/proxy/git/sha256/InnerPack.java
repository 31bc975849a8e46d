package dev.countersign.proxy.git.sha256;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** A pack of whole objects that is being written for the library to read. */
final class InnerPack implements AutoCloseable {

  private static final int SIGNATURE = 0x5041434b;

  /** Read once and thrown away, or nearly: speed is worth more than room. */
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);

  private final DigestOutputStream out;

  /**
   * @param largest how large it may become
   */
  InnerPack(Path file, int count, long largest) throws IOException {
    out =
        new DigestOutputStream(
            new Counted(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), largest),
            Digests.sha1());
    out.write(ByteBuffer.allocate(12).putInt(SIGNATURE).putInt(2).putInt(count).array());
  }

  void object(int kind, byte[] raw) throws IOException {
    header(kind, raw.length);
    DeflaterOutputStream packed = new DeflaterOutputStream(out, deflater);
    packed.write(raw);
    packed.finish();
    deflater.reset();
  }

  /** One that is packed already. */
  void packed(int kind, long size, InputStream packed) throws IOException {
    header(kind, size);
    packed.transferTo(out);
  }

  private void header(int kind, long size) throws IOException {
    long rest = size >> 4;
    int b = kind << 4 | (int) (size & 15);
    while (rest > 0) {
      out.write(b | 0x80);
      b = (int) (rest & 127);
      rest >>= 7;
    }
    out.write(b);
  }

  void end() throws IOException {
    out.on(false);
    out.write(out.getMessageDigest().digest());
  }

  @Override
  public void close() throws IOException {
    deflater.end();
    out.close();
  }
}
