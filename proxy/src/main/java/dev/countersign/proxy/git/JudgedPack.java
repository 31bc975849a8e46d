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
 * @param hasStrays whether it has commits or tags that its refs do not bring: what these need may
 *     be missing
 */
record JudgedPack(
    Path file, String sha256, long bytes, Path inspected, List<Path> names, boolean hasStrays) {

  /** One whose objects are called as they are read. */
  JudgedPack(Path file, String sha256, long bytes) {
    this(file, sha256, bytes, file, List.of(), false);
  }

  JudgedPack {
    names = List.copyOf(names);
  }

  JudgedPack withStrays(boolean has) {
    return new JudgedPack(file, sha256, bytes, inspected, names, has);
  }

  @Override
  public String toString() {
    return "sha256:" + sha256 + " " + bytes + " bytes";
  }
}
