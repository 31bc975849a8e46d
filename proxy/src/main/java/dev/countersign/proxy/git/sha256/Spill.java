package dev.countersign.proxy.git.sha256;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Objects that deltas have made, on the disk until they are made over. Written, then read. */
final class Spill implements AutoCloseable {

  private final ZlibStreams streams = new ZlibStreams();
  private final Counted out;

  /**
   * @param largest how large it may become
   */
  Spill(Path file, long largest) throws IOException {
    out = new Counted(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), largest);
  }

  /** Keeps one, and says where. */
  long add(byte[] raw) throws IOException {
    long at = out.written();
    streams.write(raw, out);
    return at;
  }

  @Override
  public void close() throws IOException {
    streams.close();
    out.close();
  }
}
