package dev.countersign.audit.evidence;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.analysis.RowChange;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What each policy version changed in the one before, cell by cell, as far as their workbooks were
 * handed over: the journal names versions by the hash of their rows and does not hold them.
 */
final class PolicyChanges {

  private final Map<String, Workbook> workbooks;
  private final Csv csv =
      new Csv(
          "time", "record", "before", "after", "change", "sheet", "row", "id", "column", "old",
          "new");
  private String inForce = "";

  PolicyChanges(Map<String, Workbook> workbooks) {
    this.workbooks = workbooks;
  }

  /** Takes note of what is in force when the period begins. */
  void before(Event.PolicyActivated activated) {
    inForce = activated.policyVersion();
  }

  /** Takes a version of the period. */
  void activated(RecordedEvent recorded, Event.PolicyActivated activated) {
    String before = inForce;
    String after = activated.policyVersion();
    inForce = after;
    if (before.isEmpty() || before.equals(after)) {
      return;
    }
    Workbook old = workbooks.get(before);
    Workbook now = workbooks.get(after);
    if (old == null || now == null) {
      String missing = old == null ? before : after;
      row(recorded, before, after, "unknown: the workbook of " + missing + " was not given");
      return;
    }
    for (RowChange change : RowChange.between(old, now)) {
      change
          .cells()
          .forEach(
              (column, edit) ->
                  row(
                      recorded,
                      before,
                      after,
                      change.kind().name(),
                      change.sheet(),
                      Integer.toString(change.row()),
                      change.id(),
                      column,
                      edit.before(),
                      edit.after()));
    }
  }

  private void row(RecordedEvent recorded, String before, String after, String... cells) {
    ArrayList<String> row =
        new ArrayList<>(
            List.of(recorded.time().toString(), Long.toString(recorded.sequence()), before, after));
    row.addAll(List.of(cells));
    csv.row(row);
  }

  /** As CSV. */
  @Override
  public String toString() {
    return csv.toString();
  }
}
