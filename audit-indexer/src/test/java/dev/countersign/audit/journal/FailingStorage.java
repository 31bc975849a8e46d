package dev.countersign.audit.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A disk that can be told to be full, or to fail its next syncs. */
final class FailingStorage implements Storage {

  volatile boolean full;
  volatile boolean syncFails;

  /** What syncs wait for, and what is written, too, where the disk takes nothing meanwhile. */
  volatile CountDownLatch answers = new CountDownLatch(0);

  volatile boolean takesNothing;

  /** Whether files that were created before take nothing any more. */
  volatile boolean replaced;

  /** How many bytes of a write still get through when the disk is full. */
  volatile int partial;

  @Override
  public StoredFile create(Path path) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    StoredFile file = FILES.create(path);
    boolean isNew = replaced;
    return new StoredFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        requireThatDisk();
        if (takesNothing) {
          awaitAnswer();
        }
        if (full) {
          file.write(bytes, offset, Math.min(length, partial));
          throw new IOException("No space left on device");
        }
        file.write(bytes, offset, length);
      }

      @Override
      public void sync() throws IOException {
        requireThatDisk();
        awaitAnswer();
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
        requireThatDisk();
        file.truncate(length);
      }

      private void awaitAnswer() throws IOException {
        try {
          answers.await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }

      private void requireThatDisk() throws IOException {
        if (replaced && !isNew) {
          throw new IOException("Stale file handle");
        }
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
