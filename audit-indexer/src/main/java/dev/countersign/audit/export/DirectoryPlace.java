package dev.countersign.audit.export;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder, best on another machine. What is in it is read-only and never replaced; that nobody
 * with the rights to it does so is up to the file system.
 */
public final class DirectoryPlace implements Place {

  private final Path root;

  public DirectoryPlace(Path root) {
    this.root = root;
  }

  @Override
  public void keep(String name, Path file) throws IOException {
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root.normalize())) {
      throw new IOException(name + " leads out of " + root);
    }
    if (Files.exists(target)) {
      requireSame(name, target, file);
      return;
    }
    Path folder = requireNonNull(target.getParent());
    Files.createDirectories(folder);
    Path part = folder.resolve(target.getFileName() + ".part");
    Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    if (Files.getFileStore(part).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--r-----"));
    }
    try {
      Files.createLink(target, part); // unlike a rename it never replaces
    } catch (FileAlreadyExistsException e) {
      requireSame(name, target, file);
    } catch (UnsupportedOperationException e) {
      Files.move(part, target);
    }
    Files.deleteIfExists(part);
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static void requireSame(String name, Path kept, Path file) throws IOException {
    if (Files.mismatch(kept, file) >= 0) {
      throw new DifferentException(name);
    }
  }

  @Override
  public void close() {
    // Nothing is open between two files.
  }
}
