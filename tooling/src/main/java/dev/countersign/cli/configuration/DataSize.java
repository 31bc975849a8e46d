package dev.countersign.cli.configuration;

/** A size in bytes. */
public record DataSize(long bytes) {

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  /** For parts that count in ints; larger than those can count is as large as they can. */
  public int asInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
