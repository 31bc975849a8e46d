package dev.countersign.proxy.git.wire;

import java.time.Duration;

/** When the work on a pack is broken off. */
public final class Deadline {

  private final long at;

  private Deadline(long at) {
    this.at = at;
  }

  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  public boolean isOver() {
    return System.nanoTime() - at > 0;
  }

  /**
   * Goes on or breaks off.
   *
   * @throws GitWireException if it is over
   */
  public void check() throws GitWireException {
    if (isOver()) {
      throw new GitWireException("it takes too long");
    }
  }
}
