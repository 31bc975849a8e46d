package dev.countersign.decision.quota;

import java.time.Duration;
import java.util.Arrays;

/** A sum over the last while, exact to a sixtieth of it. Not for several threads. */
final class SlidingSum {

  private static final int SLOTS = 60;

  private final long slotNanos;
  private final long[] sums = new long[SLOTS];
  private long turn = Long.MIN_VALUE;
  private long total;

  SlidingSum(Duration window) {
    slotNanos = Math.max(1, window.toNanos() / SLOTS);
  }

  long add(long now, long amount) {
    forget(now);
    sums[slot(turn)] += amount;
    total += amount;
    return total;
  }

  long sum(long now) {
    forget(now);
    return total;
  }

  private void forget(long now) {
    long current = Math.floorDiv(now, slotNanos);
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
