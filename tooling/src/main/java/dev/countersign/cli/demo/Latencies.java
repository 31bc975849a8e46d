package dev.countersign.cli.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long requests took, from the shortest to the longest. Nanoseconds. */
final class Latencies {

  private final long[] sorted;

  private Latencies(long[] sorted) {
    this.sorted = sorted;
  }

  static Latencies of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(sorted);
  }

  /** All of them as one. */
  static Latencies of(List<Latencies> several) {
    return of(several.stream().flatMapToLong(each -> Arrays.stream(each.sorted)).toArray());
  }

  int count() {
    return sorted.length;
  }

  /** What that share of the requests did not take longer than. */
  long at(double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  }

  /** Milliseconds: the middle one, the 99th of a hundred, the longest. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f / %.2f / %.1f", at(0.5) / 1e6, at(0.99) / 1e6, at(1) / 1e6);
  }
}
