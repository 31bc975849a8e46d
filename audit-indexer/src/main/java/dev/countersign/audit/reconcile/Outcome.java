package dev.countersign.audit.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a comparison.
 *
 * @param from the oldest entry of the upstream's log; empty if there is none
 * @param until the newest
 * @param entries how many entries of the log were about this resource
 * @param matched how many of them are commands that we released
 * @param gatewaysOwn how many are the gateway's own: its look at the catalog, its roles
 * @param ignored how many were left out because the question said so
 * @param outside how many lie where there is no journal to compare with
 * @param differences in the order of the log, then of the journal; not more than {@link
 *     Reconciliation#MOST_SHOWN}
 * @param count how many differences there are
 */
public record Outcome(
    Optional<Instant> from,
    Optional<Instant> until,
    long entries,
    long matched,
    long gatewaysOwn,
    long ignored,
    long outside,
    List<Difference> differences,
    long count) {

  public Outcome {
    differences = List.copyOf(differences);
  }

  public boolean isComplete() {
    return count == 0;
  }
}
