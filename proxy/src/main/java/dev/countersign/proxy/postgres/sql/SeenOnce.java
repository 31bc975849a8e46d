package dev.countersign.proxy.postgres.sql;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which keys came lately, so that a cache keeps what comes for the second time: one that comes once
 * is not worth its place, nor the work of making room. Safe for any number of threads.
 */
final class SeenOnce {

  /** A power of two. */
  private static final int REMEMBERED = 8_192;

  private final AtomicLongArray seen = new AtomicLongArray(REMEMBERED);

  /**
   * Whether a key came before, as far as is remembered; another one of the same hash and length may
   * be taken for it.
   */
  boolean isAgain(int hash, int length) {
    long key = (long) hash << 32 | length | 1L << 31;
    return seen.getAndSet((hash ^ hash >>> 16) & REMEMBERED - 1, key) == key;
  }
}
