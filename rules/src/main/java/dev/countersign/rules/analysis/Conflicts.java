package dev.countersign.rules.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of different verdicts that meet for a subject of one group, where neither is an exception to
 * the other: the stricter wins there, and perhaps nobody meant it to.
 */
final class Conflicts {

  private static final int MOST_NAMED = 5;

  private final List<Entry> entries;
  private final Oracle oracle;

  Conflicts(List<Entry> entries, Oracle oracle) {
    this.entries = entries;
    this.oracle = oracle;
  }

  /** For each row that wins somewhere one finding, with whom it wins over and examples. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (Entry winner : entries) {
      List<Entry> losers = new ArrayList<>();
      List<Witness> witnesses = new ArrayList<>();
      for (Entry loser : entries) {
        Optional<Area.Point> point = meeting(winner, loser);
        if (point.isPresent()) {
          losers.add(loser);
          if (witnesses.size() < MOST_NAMED) {
            witnesses.add(oracle.ask(point.get()));
          }
        }
      }
      if (!losers.isEmpty()) {
        findings.add(finding(winner, losers, witnesses));
      }
    }
    return findings;
  }

  /** Something that both match, where the first is stricter and neither contains the other. */
  private static Optional<Area.Point> meeting(Entry winner, Entry loser) {
    if (winner.verdict().compareTo(loser.verdict()) <= 0) {
      return Optional.empty();
    }
    return loser
        .area()
        .meet(winner.area())
        .filter(
            point ->
                !loser.area().contains(winner.area()) && !winner.area().contains(loser.area()));
  }

  private static Finding finding(Entry winner, List<Entry> losers, List<Witness> witnesses) {
    String more =
        losers.size() > MOST_NAMED ? " and " + (losers.size() - MOST_NAMED) + " more" : "";
    return new Finding(
        Finding.Kind.CONFLICT,
        winner.sheet(),
        winner.row(),
        "Verdict",
        winner.rule(),
        "%s wins over %s%s where both match. Fine if that is meant."
            .formatted(
                winner, Coverage.list(losers.stream().limit(MOST_NAMED).toList(), ", "), more),
        witnesses);
  }
}
