package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PackOutline;

/**
 * Bounds on a pack that is made over.
 *
 * @param objects in it
 * @param objectBytes of one object, unpacked
 * @param outline of all of them
 * @param written bytes of what is written besides the pack
 * @param deadline by the clock {@link System#nanoTime}
 */
public record TranslationLimits(
    long objects, long objectBytes, PackOutline.Limits outline, long written, long deadline) {

  long held() {
    return outline.held();
  }

  void check() throws GitWireException {
    if (System.nanoTime() - deadline > 0) {
      throw new GitWireException("the pack takes too long");
    }
  }
}
