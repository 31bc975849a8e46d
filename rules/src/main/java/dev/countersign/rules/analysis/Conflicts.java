package dev.countersign.rules.analysis;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

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

  /** For each row that loses somewhere one finding, with who wins and an example each. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (Entry milder : entries) {
      List<Entry> winners = new ArrayList<>();
      List<Witness> witnesses = new ArrayList<>();
      for (Entry stricter : entries) {
        if (stricter.verdict().compareTo(milder.verdict()) > 0) {
          milder
              .area()
              .meet(stricter.area())
              .filter(point -> !isException(milder.area(), stricter.area()))
              .ifPresent(
                  point -> {
                    winners.add(stricter);
                    if (witnesses.size() < MOST_NAMED) {
                      witnesses.add(oracle.ask(point));
                    }
                  });
        }
      }
      if (!winners.isEmpty()) {
        findings.add(finding(milder, winners, witnesses));
      }
    }
    return findings;
  }

  private static boolean isException(Area milder, Area stricter) {
    return milder.contains(stricter) || stricter.contains(milder);
  }

  private static Finding finding(Entry milder, List<Entry> winners, List<Witness> witnesses) {
    String named =
        winners.stream()
            .limit(MOST_NAMED)
            .map(winner -> "%s in row %d".formatted(winner, winner.row()))
            .collect(joining(", "));
    String more =
        winners.size() > MOST_NAMED ? " and " + (winners.size() - MOST_NAMED) + " more" : "";
    return new Finding(
        Finding.Kind.CONFLICT,
        milder.sheet(),
        milder.row(),
        "Verdict",
        milder.rule(),
        "%s loses where a command also matches %s%s. Fine if that is meant."
            .formatted(milder, named, more),
        witnesses);
  }
}
