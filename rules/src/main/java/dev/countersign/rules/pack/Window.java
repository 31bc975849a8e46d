package dev.countersign.rules.pack;

import java.time.Duration;

/**
 * A sum over the last while, exact to a sixtieth of it. Not for several threads.
 *
 * <p>Slots are used in turn: a slot whose time is over counts nothing and is taken over.
 */
final class Window {

  private static final int SLOTS = 60;

  private final long slotMillis;
  private final long[] sums = new long[SLOTS];
  private final long[] turns = new long[SLOTS];

  Window(Duration length) {
    slotMillis = length.toMillis() / SLOTS;
  }

  void add(long now, long amount) {
    long turn = now / slotMillis;
    int slot = Math.floorMod(turn, SLOTS);
    if (turns[slot] != turn) {
      turns[slot] = turn;
      sums[slot] = 0;
    }
    sums[slot] += amount;
  }

  long sum(long now) {
    long turn = now / slotMillis;
    long sum = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (turns[slot] > turn - SLOTS && turns[slot] <= turn) {
        sum += sums[slot];
      }
    }
    return sum;
  }
}
