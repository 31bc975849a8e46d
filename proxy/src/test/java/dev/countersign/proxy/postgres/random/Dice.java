package dev.countersign.proxy.postgres.random;

import java.util.List;
import java.util.Random;

/** Chance that comes again with its seed. */
final class Dice {

  private final Random random;

  Dice(long seed) {
    random = new Random(seed);
  }

  /** True once in so many times. */
  boolean onceIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** From 1 to so many. */
  int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  String one(String... values) {
    return values[random.nextInt(values.length)];
  }
}
