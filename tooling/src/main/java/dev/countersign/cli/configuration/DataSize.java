package dev.countersign.cli.configuration;

/** A size in bytes. */
public record DataSize(long bytes) {

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }
}
