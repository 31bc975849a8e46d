package dev.countersign.rules.workbook;

import java.util.ArrayList;
import java.util.List;

/** Collects faults while a workbook is read. Keeps the first {@link #LIMIT} and counts the rest. */
final class FaultLog {

  static final int LIMIT = 1_000;

  private final List<Fault> faults = new ArrayList<>();
  private int count;

  void add(Fault fault) {
    count++;
    if (faults.size() < LIMIT) {
      faults.add(fault);
    }
  }

  void add(String where, String found, String allowed) {
    add(new Fault(where, found, allowed));
  }

  /** How many were reported so far; a reader compares it to know whether its row is sound. */
  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  Faults toFaults() {
    if (count == faults.size()) {
      return new Faults(faults);
    }
    List<Fault> all = new ArrayList<>(faults);
    all.add(new Fault("workbook", (count - faults.size()) + " more faults", "none"));
    return new Faults(all);
  }
}
