package dev.countersign.decision.console;

import dev.countersign.rules.analysis.Analysis;
import dev.countersign.rules.analysis.Change;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.analysis.Finding;
import dev.countersign.rules.analysis.RowChange;
import dev.countersign.rules.analysis.Surroundings;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.policy.WorkbookTests;
import dev.countersign.rules.workbook.Fault;
import dev.countersign.rules.workbook.Faults;
import dev.countersign.rules.workbook.Reading;
import dev.countersign.rules.workbook.Workbook;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is to be said about a workbook before it decides: its faults at their cells or, if it has
 * none, what its tests say, what is odd about it, and what it would have changed.
 *
 * @param faults what cannot be accepted; then there is nothing else
 * @param failures tests that do not come out as they say
 * @param tests how many there are
 * @param rows what differs from the version in force, cell by cell
 * @param changed recorded commands of which it makes something else, by what and by which rows
 * @param asked how many recorded commands were put to both
 * @param at when that was
 */
record PolicyReport(
    List<Fault> faults,
    List<String> failures,
    int tests,
    List<Finding> findings,
    List<RowChange> rows,
    List<Group> changed,
    int asked,
    int days,
    Instant at) {

  private static final int MOST_EXAMPLES = 3;
  private static final int LONGEST_EXAMPLE = 200;

  /** Commands of which the same becomes by the same rows. */
  record Group(String change, String before, String after, long commands, List<String> examples) {}

  /** What a workbook is compared with. */
  record Against(
      Optional<WorkbookPolicy> current,
      List<Command> recorded,
      List<Resource> resources,
      int days,
      Instant at) {}

  private record Kind(String change, String before, String after) {}

  boolean isSound() {
    return faults.isEmpty() && failures.isEmpty();
  }

  static PolicyReport of(
      Reading reading, Function<String, List<SqlStatement>> parser, Against against) {
    return switch (reading) {
      case Faults faults ->
          new PolicyReport(
              faults.list(),
              List.of(),
              0,
              List.of(),
              List.of(),
              List.of(),
              0,
              against.days(),
              against.at());
      case Workbook workbook -> of(new WorkbookPolicy(workbook), parser, against);
    };
  }

  static PolicyReport of(
      WorkbookPolicy policy, Function<String, List<SqlStatement>> parser, Against against) {
    Workbook workbook = policy.workbook();
    List<String> failures =
        WorkbookTests.run(workbook.tests(), policy, parser).stream()
            .filter(result -> !result.passed())
            .map(result -> Shown.line(result.toString()))
            .toList();
    List<Finding> findings =
        Analysis.of(
            policy,
            new Surroundings(LocalDate.now(ZoneOffset.UTC), against.resources(), Optional.empty()));
    return new PolicyReport(
        List.of(),
        failures,
        workbook.tests().size(),
        findings,
        against
            .current()
            .map(current -> RowChange.between(current.workbook(), workbook))
            .orElse(List.of()),
        against
            .current()
            .map(current -> changes(current, policy, against.recorded()))
            .orElse(List.of()),
        against.recorded().size(),
        against.days(),
        against.at());
  }

  private static List<Group> changes(
      WorkbookPolicy before, WorkbookPolicy after, List<Command> recorded) {
    Map<Kind, List<Change>> kinds = new LinkedHashMap<>();
    for (Command command : recorded) {
      Change.between(before, after, command)
          .ifPresent(
              change ->
                  kinds
                      .computeIfAbsent(
                          new Kind(change.words(), change.before().rule(), change.after().rule()),
                          absent -> new ArrayList<>())
                      .add(change));
    }
    return kinds.entrySet().stream()
        .map(
            kind ->
                new Group(
                    kind.getKey().change(),
                    Shown.line(kind.getKey().before()),
                    Shown.line(kind.getKey().after()),
                    kind.getValue().size(),
                    kind.getValue().stream()
                        .map(change -> Shown.line(example(change.command().text())))
                        .distinct()
                        .limit(MOST_EXAMPLES)
                        .toList()))
        .sorted(Comparator.comparingLong(Group::commands).reversed())
        .toList();
  }

  private static String example(String text) {
    return text.length() <= LONGEST_EXAMPLE
        ? text
        : text.substring(0, LONGEST_EXAMPLE) + "… (" + text.length() + " characters)";
  }

  /** Findings that are to be looked at. */
  List<Finding> warnings() {
    return findings.stream().filter(finding -> !isNote(finding)).toList();
  }

  /** The others. */
  List<Finding> notes() {
    return findings.stream().filter(PolicyReport::isNote).toList();
  }

  private static boolean isNote(Finding finding) {
    return finding.severity() == Finding.Severity.NOTE;
  }

  long commandsChanged() {
    return changed.stream().mapToLong(Group::commands).sum();
  }
}
