package dev.countersign.audit.evidence;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.workbook.Workbook;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a package shall be about.
 *
 * @param journal read whole: what cannot be opened stops the making
 * @param from the begin of the period
 * @param until its end, not in it; not in the future, for a period that has not ended may still
 *     grow
 * @param controls families and ids of controls; all if there are none
 * @param workbooks of policy versions, to tell how they differ
 */
public record EvidenceRequest(
    StoredJournal journal,
    Instant from,
    Instant until,
    List<String> controls,
    Map<String, Workbook> workbooks) {

  /** Without workbooks: how versions differ stays unknown. */
  public EvidenceRequest(
      StoredJournal journal, Instant from, Instant until, List<String> controls) {
    this(journal, from, until, controls, Map.of());
  }

  public EvidenceRequest {
    requireNonNull(journal, "journal");
    controls = List.copyOf(controls);
    workbooks = Map.copyOf(workbooks);
    if (!from.isBefore(until)) {
      throw new IllegalArgumentException("a period ends after it begins: " + from + " to " + until);
    }
  }
}
