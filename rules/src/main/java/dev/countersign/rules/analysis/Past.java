package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;

/**
 * What was recorded lately.
 *
 * @param since when it begins
 * @param hits how many commands each row matched, by the row's id
 * @param members who was seen of each group, by the subjects' ids
 */
public record Past(Instant since, Map<String, Long> hits, Map<String, Set<String>> members) {

  public Past {
    requireNonNull(since, "since");
    hits = Map.copyOf(hits);
    members = Map.copyOf(members);
  }

  /** The day on which it begins, in UTC. */
  LocalDate day() {
    return since.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
