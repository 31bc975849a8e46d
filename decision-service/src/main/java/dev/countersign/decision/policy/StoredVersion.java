package dev.countersign.decision.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A version that was submitted. Its workbook had no faults and passed its own tests then.
 *
 * @param id the content address of its rows, a SHA-256 in hex
 * @param submitter who submitted it first
 * @param submitted when
 * @param fourEyes whether its sheet About asks for a second person
 * @param rows rows that decide
 * @param tests examples that came out as they say
 */
public record StoredVersion(
    String id, Person submitter, Instant submitted, boolean fourEyes, int rows, int tests) {

  public StoredVersion {
    requireNonNull(id, "id");
    requireNonNull(submitter, "submitter");
    requireNonNull(submitted, "submitted");
  }
}
