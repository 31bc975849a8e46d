package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the git door keeps what it inspects.
 *
 * @param directory for mirrors and for pushes that wait
 * @param bytes how much of the disk the mirrors may take
 * @param pushes how many are received and inspected at once; others wait
 * @param patience how long an upstream may take to answer, or be silent while it does
 */
public record GitDoorConfig(Path directory, long bytes, int pushes, Duration patience) {

  /** With upstreams that may run long hooks. */
  public GitDoorConfig(Path directory, long bytes, int pushes) {
    this(directory, bytes, pushes, Duration.ofMinutes(10));
  }

  public GitDoorConfig {
    requireNonNull(directory, "directory");
    requireNonNull(patience, "patience");
    if (bytes < 1 || pushes < 1) {
      throw new IllegalArgumentException("a limit is below 1");
    }
  }
}
