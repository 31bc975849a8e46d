package dev.countersign.proxy.git;

import java.nio.file.Path;

/**
 * The pack that was judged, whole, and that goes upstream.
 *
 * @param objects in it: without any there is no index either
 * @param sha256 in hex
 */
record JudgedPack(Path file, int objects, String sha256, long bytes) {

  @Override
  public String toString() {
    return "sha256:" + sha256 + " " + bytes + " bytes";
  }
}
