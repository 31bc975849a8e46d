package dev.countersign.proxy.git;

import java.nio.file.Path;
import java.util.List;

/**
 * The pack that was judged, whole, and that goes upstream.
 *
 * @param sha256 in hex
 * @param inspected the same objects as they were read: the same file, unless they were made over
 * @param names the files that say which objects these are; none where they are called as they are
 *     read
 */
record JudgedPack(Path file, String sha256, long bytes, Path inspected, List<Path> names) {

  /** One whose objects are called as they are read. */
  JudgedPack(Path file, String sha256, long bytes) {
    this(file, sha256, bytes, file, List.of());
  }

  JudgedPack {
    names = List.copyOf(names);
  }

  @Override
  public String toString() {
    return "sha256:" + sha256 + " " + bytes + " bytes";
  }
}
