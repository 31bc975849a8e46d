package dev.countersign.rules.workbook;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

  /** What was refused is not empty, too, though whoever reads the row sees nothing there. */
  Faults toFaults() {
    Set<String> refused =
        faults.stream().filter(fault -> !isEmpty(fault)).map(Fault::where).collect(toSet());
    List<Fault> all =
        new ArrayList<>(
            faults.stream()
                .filter(fault -> !isEmpty(fault) || !refused.contains(fault.where()))
                .toList());
    if (count == faults.size()) {
      return new Faults(all);
    }
    all.add(new Fault("workbook", (count - faults.size()) + " more faults", "none"));
    return new Faults(all);
  }

  private static boolean isEmpty(Fault fault) {
    return fault.found().equals(Fault.EMPTY_CELL);
  }
}
