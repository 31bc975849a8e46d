package dev.countersign.audit.export;

import java.io.IOException;
import java.nio.file.Path;

/** Somewhere that keeps files and lets nobody change them. */
public interface Place extends AutoCloseable {

  /**
   * Keeps a copy of a file; on stable storage when it returns. A file that is there already with
   * the same content is kept.
   *
   * @param name with slashes between folders
   * @throws DifferentException if another file of that name is there: it is never replaced
   * @throws IOException if the place cannot be reached, or refuses
   */
  void keep(String name, Path file) throws IOException, InterruptedException;

  @Override
  void close();

  /** What is kept is not what is to be kept: somebody changed one of the two. */
  final class DifferentException extends IOException {
    private static final long serialVersionUID = 1;

    DifferentException(String name) {
      super(name + " is there already with another content; nothing is replaced");
    }
  }
}
