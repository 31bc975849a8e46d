package dev.countersign.rules.pack;

import java.time.Duration;
import java.util.Arrays;

/**
 * A sum over the last while, exact to a sixtieth of it. Times are milliseconds of any clock; one
 * that goes back stands still. Not for several threads.
 */
public final class SlidingSum {

  private static final int SLOTS = 60;

  private final long slotMillis;
  private final long[] sums = new long[SLOTS];
  private long turn = Long.MIN_VALUE;
  private long total;

  /**
   * @param window how long an amount counts
   */
  public SlidingSum(Duration window) {
    slotMillis = Math.max(1, window.toMillis() / SLOTS);
  }

  /**
   * Adds an amount.
   *
   * @return the sum with it
   */
  public long add(long now, long amount) {
    forget(now);
    sums[slot(turn)] += amount;
    total += amount;
    return total;
  }

  /** The sum now. */
  public long sum(long now) {
    forget(now);
    return total;
  }

  private void forget(long now) {
    long current = Math.floorDiv(now, slotMillis);
    if (turn == Long.MIN_VALUE || current - turn >= SLOTS) {
      Arrays.fill(sums, 0);
      total = 0;
      turn = current;
    }
    while (turn < current) {
      turn++;
      total -= sums[slot(turn)];
      sums[slot(turn)] = 0;
    }
  }

  private static int slot(long turn) {
    return Math.floorMod(turn, SLOTS);
  }
}
