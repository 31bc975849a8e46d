package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.Packed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A pack on the disk, read again at any place. Used by one thread. */
final class PackFile implements AutoCloseable {

  private static final int BUFFER = 8 << 10;

  private final FileChannel file;
  private final Inflater inflater = new Inflater();
  private final byte[] buffer = new byte[BUFFER];

  /**
   * @param file closed by who opened it
   */
  PackFile(FileChannel file) {
    this.file = requireNonNull(file, "file");
  }

  /** Unpacks what stands at a place; a delta is not resolved. */
  byte[] read(Packed packed) throws IOException {
    byte[] content = new byte[Math.toIntExact(packed.size())];
    inflater.reset();
    long at = packed.content();
    int filled = 0;
    try {
      while (filled < content.length) {
        if (inflater.needsInput()) {
          int read = file.read(ByteBuffer.wrap(buffer), at);
          if (read < 0) {
            throw new GitWireException("the pack has become shorter");
          }
          at += read;
          inflater.setInput(buffer, 0, read);
        }
        int count = inflater.inflate(content, filled, content.length - filled);
        if (count == 0 && (inflater.finished() || inflater.needsDictionary())) {
          throw new GitWireException("the pack has changed");
        }
        filled += count;
      }
    } catch (DataFormatException e) {
      throw new GitWireException("the pack has changed");
    }
    return content;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
