package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.GitWireException;
import java.time.Duration;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/** When the work on a pack is broken off. */
final class Deadline extends EmptyProgressMonitor {

  private final long at;

  private Deadline(long at) {
    this.at = at;
  }

  /** By the clock {@link System#nanoTime}. */
  long at() {
    return at;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  @Override
  public boolean isCancelled() {
    return System.nanoTime() - at > 0;
  }

  /**
   * Goes on or breaks off.
   *
   * @throws GitWireException if it is over
   */
  void check() throws GitWireException {
    if (isCancelled()) {
      throw new GitWireException("it takes too long");
    }
  }
}
