package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.PackBytes;
import dev.countersign.proxy.git.wire.PackHeader;
import dev.countersign.proxy.git.wire.Packed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;

/** A pack of whole objects that is being written for the library to read. */
final class InnerPack implements AutoCloseable {

  private final ZlibStreams streams = new ZlibStreams();
  private final DigestOutputStream digested;
  private final OutputStream out;

  /**
   * @param largest how large it may become
   */
  InnerPack(Path file, int count, long largest) throws IOException {
    digested =
        new DigestOutputStream(new Counted(Files.newOutputStream(file), largest), Digests.sha1());
    out = new BufferedOutputStream(digested, 1 << 16);
    out.write(PackHeader.of(count));
  }

  void object(int kind, byte[] raw) throws IOException {
    out.write(Packed.header(kind, raw.length));
    streams.write(raw, out);
  }

  /** One that is packed already. */
  void packed(int kind, long size, PackBytes bytes, long from, long to) throws IOException {
    out.write(Packed.header(kind, size));
    bytes.copy(from, to, out);
  }

  void end() throws IOException {
    out.flush();
    digested.on(false);
    out.write(digested.getMessageDigest().digest());
  }

  @Override
  public void close() throws IOException {
    streams.close();
    out.close();
  }
}
