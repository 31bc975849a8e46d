package dev.countersign.cli.demo;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * The compilers of this JVM. While they work they take processors from what is measured, and what
 * is measured is not yet as fast as in a gateway that has run for a while.
 */
public final class JitCompilers {

  /** What they may do in a second, or so, that counts as rest. */
  private static final int MILLIS = 20;

  private final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
  private long before = compilers.getTotalCompilationTime();

  /** Whether they had next to nothing to do since this was asked the last time. */
  public boolean haveRested() {
    long now = compilers.getTotalCompilationTime();
    boolean rested = now - before <= MILLIS;
    before = now;
    return rested;
  }
}
