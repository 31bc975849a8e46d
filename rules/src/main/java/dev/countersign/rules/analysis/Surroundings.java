package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.util.List;
import java.util.Optional;

/**
 * What is known besides the workbook.
 *
 * @param resources the registered resources; may be empty
 * @param past what was recorded lately, if that is known
 */
public record Surroundings(List<Resource> resources, Optional<Past> past) {

  /** Nothing is known. */
  public static final Surroundings UNKNOWN = new Surroundings(List.of(), Optional.empty());

  public Surroundings {
    resources = List.copyOf(resources);
    requireNonNull(past, "past");
  }
}
