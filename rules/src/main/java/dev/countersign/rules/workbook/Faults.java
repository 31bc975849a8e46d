package dev.countersign.rules.workbook;

import java.util.List;

/** Every fault of a workbook that was refused; never empty. */
public record Faults(List<Fault> list) implements Reading {

  public Faults {
    list = List.copyOf(list);
    if (list.isEmpty()) {
      throw new IllegalArgumentException("a refusal has a fault");
    }
  }

  /** One line for each fault. */
  public List<String> lines() {
    return list.stream().map(Fault::toString).toList();
  }
}
