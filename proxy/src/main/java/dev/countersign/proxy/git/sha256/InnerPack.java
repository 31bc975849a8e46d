package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.PackBytes;
import dev.countersign.proxy.git.wire.PackHeader;
import dev.countersign.proxy.git.wire.Packed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** A pack of whole objects that is being written for the library to read. */
final class InnerPack implements AutoCloseable {

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
    out.write(PackHeader.of(count));
  }

  void object(int kind, byte[] raw) throws IOException {
    out.write(Packed.header(kind, raw.length));
    DeflaterOutputStream packed = new DeflaterOutputStream(out, deflater);
    packed.write(raw);
    packed.finish();
    deflater.reset();
  }

  /** One that is packed already. */
  void packed(int kind, long size, PackBytes bytes, long from, long to) throws IOException {
    out.write(Packed.header(kind, size));
    bytes.copy(from, to, out);
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
