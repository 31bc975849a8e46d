package dev.countersign.audit.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Where segments are written; tests put a disk that fails in its place. */
interface Storage {

  /** Creates a file, in place of one whose creation failed. */
  StoredFile create(Path path) throws IOException;

  /** Makes created and removed names durable. */
  void syncDirectory(Path directory) throws IOException;

  /** A file that only grows. */
  interface StoredFile extends AutoCloseable {
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Waits until all that was written is on stable storage. */
    void sync() throws IOException;

    void truncate(long length) throws IOException;

    /**
     * Makes sure that what is written can be found.
     *
     * @throws IOException if the file is no longer where it was created: somebody has removed or
     *     renamed it, and what is written goes nowhere
     */
    void requireThere() throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * The file system. Not through a FileChannel: an interrupt of any thread that appends would close
   * it.
   */
  Storage FILES =
      new Storage() {
        @Override
        public StoredFile create(Path path) throws IOException {
          Files.deleteIfExists(path);
          RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
          return new RandomAccess(file, path, key(path));
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };

  /**
   * What tells a file from another of the same name; empty where the file system has no such thing.
   */
  private static Optional<Object> key(Path path) throws IOException {
    return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
  }

  /** A file of the file system. */
  record RandomAccess(RandomAccessFile file, Path path, Optional<Object> key)
      implements StoredFile {
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(bytes, offset, length);
    }

    @Override
    public void sync() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void truncate(long length) throws IOException {
      file.setLength(length);
    }

    @Override
    public void requireThere() throws IOException {
      boolean there;
      try {
        there = Storage.key(path).equals(key);
      } catch (NoSuchFileException e) {
        there = false;
      }
      if (!there) {
        throw new IOException(
            path + " was removed or renamed by somebody; put it back, or its records are missing");
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
