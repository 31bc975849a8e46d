package dev.countersign.audit.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A disk that can be told to be full, or to fail its next syncs. */
final class FailingStorage implements Storage {

  volatile boolean full;
  volatile boolean syncFails;

  /** How many bytes of a write still get through when the disk is full. */
  volatile int partial;

  @Override
  public StoredFile create(Path path) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    StoredFile file = FILES.create(path);
    return new StoredFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (full) {
          file.write(bytes, offset, Math.min(length, partial));
          throw new IOException("No space left on device");
        }
        file.write(bytes, offset, length);
      }

      @Override
      public void sync() throws IOException {
        if (syncFails) {
          throw new IOException("Input/output error");
        }
        file.sync();
      }

      @Override
      public void requireThere() throws IOException {
        file.requireThere();
      }

      @Override
      public void truncate(long length) throws IOException {
        file.truncate(length);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    FILES.syncDirectory(directory);
  }
}
