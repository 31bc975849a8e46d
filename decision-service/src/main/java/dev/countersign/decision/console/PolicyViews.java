package dev.countersign.decision.console;

import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.StoredVersion;
import dev.countersign.rules.analysis.NearMiss;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.WrittenRow;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the pages about the policy show. */
final class PolicyViews {

  /** Sheets that serve others, or people. */
  private static final Set<String> SAY_NOTHING = Set.of("Tests", "Lists", "About");

  private PolicyViews() {}

  /**
   * The policy in force.
   *
   * @param activation how it came into force, where versions decide
   * @param kept whether versions are kept in the database, or a file is followed
   * @param officer whether the reader may submit
   * @param counted when it was counted what the rows did
   */
  record InForce(
      String id,
      Optional<Activation> activation,
      List<Row> rows,
      List<VersionItem> versions,
      List<Activation> history,
      boolean kept,
      boolean officer,
      List<String> resources,
      int days,
      Instant counted) {

    Set<String> sheets() {
      return rows.stream()
          .map(Row::sheet)
          .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    /** Whether rows of a sheet can match a command at all. */
    boolean decides(String sheet) {
      return !SAY_NOTHING.contains(sheet);
    }

    long hitsOf(String sheet) {
      return of(sheet).stream().mapToLong(Row::hits).sum();
    }

    List<Row> of(String sheet) {
      return rows.stream().filter(row -> row.sheet().equals(sheet)).toList();
    }
  }

  /**
   * A row.
   *
   * @param what its other cells
   * @param hits how many recorded commands it matched lately
   */
  record Row(
      String sheet,
      int number,
      String id,
      String verdict,
      String reason,
      List<String> what,
      long hits,
      Optional<Instant> lastHit) {

    private static final Set<String> APART =
        Set.of("Id", "Verdict", "Decision", "Reason", "Hint", "Controls");

    static Row of(WrittenRow row, Optional<Recordings.Hits> hits) {
      Map<String, String> cells = row.cells();
      return new Row(
          row.sheet(),
          row.number(),
          Shown.line(row.id()),
          cells.getOrDefault("Verdict", ""),
          Shown.line(cells.getOrDefault("Reason", "")),
          cells.entrySet().stream()
              .filter(cell -> !APART.contains(cell.getKey()) && !cell.getValue().isBlank())
              .filter(cell -> !cell.getValue().equals("*"))
              .map(cell -> Shown.line(cell.getKey() + " " + cell.getValue()))
              .toList(),
          hits.map(Recordings.Hits::commands).orElse(0L),
          hits.map(Recordings.Hits::last));
    }

    String look() {
      return verdict.toLowerCase(Locale.ROOT);
    }
  }

  /** A version of the history. */
  record VersionItem(StoredVersion version, boolean inForce) {

    String submitter() {
      return Shown.line(version.submitter().name());
    }
  }

  /**
   * One version, with what there is to know before it decides.
   *
   * @param wasInForce whether it decided before, and does not now
   * @param report what there is to say of it; empty if that comes after the page
   * @param standing what keeps the reader from putting it in force; empty if nothing does
   * @param current the id of the version in force, against which it is compared
   */
  record Version(
      StoredVersion version,
      boolean inForce,
      boolean wasInForce,
      Optional<PolicyReport> report,
      Optional<String> standing,
      boolean signInAgain,
      String current,
      Optional<String> problem) {}

  /** A workbook that was looked at and not kept. */
  record Draft(String name, PolicyReport report, Optional<String> problem) {}

  /**
   * A command that was tried.
   *
   * @param misses rows that it missed by one cell
   */
  record Tried(
      String command,
      String resource,
      String groups,
      Optional<Verdict> verdict,
      List<MatchedRow> rows,
      List<NearMiss> misses,
      Optional<String> problem,
      List<String> resources) {

    String look() {
      return verdict.map(found -> found.name().toLowerCase(Locale.ROOT)).orElse("");
    }
  }
}
