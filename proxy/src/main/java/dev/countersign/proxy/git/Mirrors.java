package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.ObjectFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mirrors of all upstreams and the pushes that wait, below one directory and within so many
 * bytes: the mirrors that were not used for longest go first.
 */
final class Mirrors {

  private static final Logger log = LoggerFactory.getLogger(Mirrors.class);

  private final Path directory;
  private final long bytes;
  private final Map<Path, Mirror> mirrors = new ConcurrentHashMap<>();
  private final AtomicLong announced = new AtomicLong();

  /**
   * @throws IOException if the directory cannot be used
   */
  Mirrors(Path directory, long bytes) throws IOException {
    this.directory = directory;
    this.bytes = bytes;
    Files.createDirectories(directory);
    // What waited when the last process ended waits no longer.
    Mirror.delete(directory.resolve("pushes"));
    Files.createDirectories(directory.resolve("pushes"));
  }

  Mirror of(String resource, ObjectFormat format) {
    Path mirror = directory.resolve(below(format)).resolve(resource + ".git");
    return mirrors.computeIfAbsent(mirror, path -> new Mirror(path, format));
  }

  private static String below(ObjectFormat format) {
    return switch (format) {
      case SHA1 -> "mirrors";
      case SHA256 -> "mirrors-sha256";
    };
  }

  /** Keeps the pack of a push that the upstream has taken; without it, it is fetched again. */
  void adopt(String resource, ObjectFormat format, JudgedPack pack, LastingPack lasting) {
    try {
      of(resource, format).adopt(pack, lasting);
    } catch (IOException e) {
      log.atWarn().addKeyValue("resource", resource).setCause(e).log("a pack was not kept");
    }
  }

  /**
   * A directory for one push.
   *
   * @throws GitRefusedException if those that wait for humans have filled the disk
   */
  Path quarantine() throws IOException, GitRefusedException {
    Path pushes = directory.resolve("pushes");
    if (Mirror.size(pushes) > bytes) {
      throw new GitRefusedException(
          "GIT-PUSH-LIMIT", "there is no room beside the pushes that wait; push again later");
    }
    return Files.createTempDirectory(pushes, "push");
  }

  /**
   * A directory for a large file, of which so much is to come; {@link #arrived} has to be told.
   *
   * @throws GitRefusedException if there is no room for it
   */
  Path quarantine(long size) throws IOException, GitRefusedException {
    if (announced.addAndGet(size) > bytes) {
      arrived(size);
      throw new GitRefusedException(
          "GIT-LFS", "there is no room for so many large files at once; send them again later");
    }
    try {
      return quarantine();
    } catch (IOException | GitRefusedException e) {
      arrived(size);
      throw e;
    }
  }

  /** A large file is not kept here any more. */
  void arrived(long size) {
    var _ = announced.addAndGet(-size);
  }

  /** Makes room. */
  void trim() throws IOException {
    long size = Mirror.size(directory);
    List<Mirror> oldest =
        mirrors.values().stream().sorted(Comparator.comparingLong(Mirror::usedAt)).toList();
    for (Mirror mirror : oldest) {
      if (size <= bytes) {
        return;
      }
      long freed = mirror.size();
      if (mirror.drop()) {
        size -= freed;
        log.atInfo().addKeyValue("bytes", freed).log("a mirror was dropped to make room");
      }
    }
  }
}
