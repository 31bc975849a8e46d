package dev.countersign.proxy.git.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which objects of a pack are made of which, and how large they are. A program that resolves deltas
 * keeps what others are made of until all of them are: a small pack whose deltas branch at every
 * level takes any amount of memory.
 */
public final class PackOutline {

  /** Git itself makes chains of 50, and 4095 where it is told to. */
  private static final int DEEPEST = 4_096;

  private static final int NONE = -1;

  /**
   * Bounds on a pack.
   *
   * @param unpacked bytes of all its objects together
   * @param held bytes that have to be kept at once to resolve its deltas
   */
  public record Limits(long unpacked, long held) {}

  /** An object outside of which it is not known where in the pack it is, if at all. */
  private static final class Named {
    private final long size;
    private int children;

    Named(long size) {
      this.size = size;
    }
  }

  private final Limits limits;
  private final Map<ByteBuffer, Named> named = new HashMap<>();
  private long[] begins = new long[1_024];
  private long[] sizes = new long[1_024];
  private int[] bases = new int[1_024];
  private int count;
  private long unpacked;
  private long mostHeld;

  PackOutline(Limits limits) {
    this.limits = limits;
  }

  void whole(long begin, long size) throws GitWireException {
    add(begin, size, NONE);
  }

  /**
   * @param base where the object begins that it is made of: before it
   */
  void offsetDelta(long begin, long base, long size) throws GitWireException {
    int index = Arrays.binarySearch(begins, 0, count, base);
    if (index < 0) {
      throw new GitWireException("a delta of the pack is of something that is no object");
    }
    add(begin, size, index);
  }

  void nameDelta(long begin, byte[] base, long baseSize, long size) throws GitWireException {
    named.computeIfAbsent(ByteBuffer.wrap(base), name -> new Named(baseSize)).children++;
    add(begin, size, NONE);
  }

  private void add(long begin, long size, int base) throws GitWireException {
    unpacked += size;
    if (unpacked < 0 || unpacked > limits.unpacked()) {
      throw new GitWireException.TooMuch(
          "the objects of the push are more than " + limits.unpacked() + " bytes unpacked");
    }
    if (count == begins.length) {
      begins = Arrays.copyOf(begins, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
      bases = Arrays.copyOf(bases, 2 * count);
    }
    begins[count] = begin;
    sizes[count] = size;
    bases[count] = base;
    count++;
  }

  /** Once all are there. */
  void check() throws GitWireException {
    int[] children = new int[count];
    for (int i = 0; i < count; i++) {
      if (bases[i] != NONE) {
        children[bases[i]]++;
      }
    }
    long outside = 0;
    for (Named base : named.values()) {
      outside += base.children > 1 ? base.size : 0;
    }
    long[] held = new long[count];
    int[] depths = new int[count];
    for (int i = 0; i < count; i++) {
      int base = bases[i];
      if (base != NONE) {
        held[i] = held[base] + (children[base] > 1 ? sizes[base] : 0);
        depths[i] = depths[base] + 1;
      }
      mostHeld = Math.max(mostHeld, held[i] + outside);
      if (held[i] + outside > limits.held() || depths[i] > DEEPEST) {
        throw new GitWireException.TooMuch(
            "the deltas of the pack are nested so that too much has to be held to resolve them;"
                + " git repack -adf --depth=50 makes a better one");
      }
    }
  }

  /** Bytes that have to be kept at once; known once it has been checked. */
  long mostHeld() {
    return mostHeld;
  }
}
