package dev.countersign.rules.table;

import java.util.Arrays;

/** Collects which row matched which access: the only thing that comes of a rule. For one thread. */
final class Hits {

  private long[] hits = new long[16];
  private int count;

  void add(int access, int row) {
    if (count == hits.length) {
      hits = Arrays.copyOf(hits, count * 2);
    }
    hits[count++] = ((long) access << 32) | row;
  }

  /** By access, then by row. A row that was found under several keys counts once. */
  Matches toMatches(int accesses) {
    Arrays.sort(hits, 0, count);
    int[][] rows = new int[accesses][];
    int at = 0;
    for (int access = 0; access < accesses; access++) {
      int from = at;
      int distinct = 0;
      while (at < count && (int) (hits[at] >>> 32) == access) {
        if (at == from || hits[at] != hits[at - 1]) {
          distinct++;
        }
        at++;
      }
      rows[access] = new int[distinct];
      int to = 0;
      for (int i = from; i < at; i++) {
        if (i == from || hits[i] != hits[i - 1]) {
          rows[access][to++] = (int) hits[i];
        }
      }
    }
    return new Matches(rows);
  }
}
