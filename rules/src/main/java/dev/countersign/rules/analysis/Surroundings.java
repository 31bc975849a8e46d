package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What is known besides the workbook.
 *
 * @param today the day, in UTC, on which the workbook is looked at
 * @param resources the registered resources; may be empty
 * @param past what was recorded lately, if that is known
 */
public record Surroundings(LocalDate today, List<Resource> resources, Optional<Past> past) {

  public Surroundings {
    requireNonNull(today, "today");
    resources = List.copyOf(resources);
    requireNonNull(past, "past");
  }

  /** Nothing is known but the day. */
  public static Surroundings on(LocalDate today) {
    return new Surroundings(today, List.of(), Optional.empty());
  }
}
