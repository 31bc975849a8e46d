package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * How the git door keeps what it inspects.
 *
 * @param directory for mirrors and for pushes that wait
 * @param bytes how much of the disk the mirrors may take
 * @param pushes how many are received and inspected at once; others wait
 */
public record GitDoorConfig(Path directory, long bytes, int pushes) {

  public GitDoorConfig {
    requireNonNull(directory, "directory");
    if (bytes < 1 || pushes < 1) {
      throw new IllegalArgumentException("a limit is below 1");
    }
  }
}
