package dev.countersign.decision.certificate;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is made of files, and made anew when it is asked for after they have changed:
 * whoever renews a certificate need not restart anything. What cannot be made of them changes
 * nothing. Safe for any number of threads.
 */
public final class Renewed<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);

  /** How a thing is made. */
  @FunctionalInterface
  public interface Maker<T> {
    /**
     * Makes it of what the files hold now.
     *
     * @throws IOException if that cannot be used
     */
    T make() throws IOException;
  }

  /** What tells that a file is another one than before, without reading it. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {

    private static final Stamp MISSING = new Stamp(FileTime.fromMillis(0), -1, null);

    static Stamp of(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
      } catch (IOException e) {
        return MISSING;
      }
    }
  }

  private final List<Path> files;
  private final Maker<T> maker;
  private final Consumer<T> replaced;
  private List<Stamp> seen = List.of();
  private @Nullable T made;

  /**
   * @param files what it is made of
   * @param replaced is told what is not given out any more
   */
  public Renewed(List<Path> files, Maker<T> maker, Consumer<T> replaced) {
    this.files = List.copyOf(files);
    this.maker = requireNonNull(maker, "maker");
    this.replaced = requireNonNull(replaced, "replaced");
  }

  /**
   * It, as of now.
   *
   * @throws IOException if there has never been one, and cannot be
   */
  public synchronized T current() throws IOException {
    // Taken before they are read: what changes meanwhile is another change.
    List<Stamp> now = new ArrayList<>();
    files.forEach(file -> now.add(Stamp.of(file)));
    T before = made;
    if (before != null && now.equals(seen)) {
      return before;
    }
    seen = now;
    try {
      T after = maker.make();
      made = after;
      if (before != null) {
        LOG.atInfo().addKeyValue("files", files).log("renewed files are used from now on");
        replaced.accept(before);
      }
      return after;
    } catch (IOException e) {
      if (before == null) {
        throw e;
      }
      LOG.atWarn()
          .addKeyValue("files", files)
          .setCause(e)
          .log("renewed files cannot be used; what they held before is");
      return before;
    }
  }

  /** What was given out last, whatever the files hold now. */
  public synchronized Optional<T> last() {
    return Optional.ofNullable(made);
  }
}
