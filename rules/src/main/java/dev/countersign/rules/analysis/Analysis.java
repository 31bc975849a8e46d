package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that is to be said about a sound workbook. */
public final class Analysis {

  private final Workbook workbook;
  private final Surroundings known;
  private final Sheets sheets;
  private final Oracle oracle;

  private Analysis(WorkbookPolicy policy, Surroundings known) {
    this.workbook = policy.workbook();
    this.known = requireNonNull(known, "known");
    this.sheets = new Sheets(workbook);
    this.oracle = new Oracle(policy);
  }

  /** Every finding: warnings first, then by sheet and row. */
  public static List<Finding> of(WorkbookPolicy policy, Surroundings known) {
    return new Analysis(policy, known).findings();
  }

  private List<Finding> findings() {
    List<Entry> sql = sheets.sql();
    List<Entry> masking = sheets.masking();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new Coverage(sql).findings());
    findings.addAll(new Coverage(masking).findings());
    Set<String> idle = findings.stream().map(Finding::rule).collect(Collectors.toSet());
    List<Entry> deciding = sql.stream().filter(entry -> !idle.contains(entry.rule())).toList();
    findings.addAll(new Conflicts(deciding, oracle).findings());
    findings.addAll(new Gaps(sql, workbook, known, oracle).findings());
    workbook.sql().forEach(row -> findings.addAll(approvers(row)));
    known.past().ifPresent(past -> findings.addAll(neverHit(past, sql, masking)));
    findings.addAll(unusedLists());
    findings.sort(
        Comparator.comparing(Finding::severity)
            .thenComparing(finding -> finding.row() == 0)
            .thenComparing(Comparator.comparing(Finding::sheet).reversed())
            .thenComparingInt(Finding::row));
    return List.copyOf(findings);
  }

  private List<Finding> approvers(SqlRow row) {
    if (!(row.ruling() instanceof Ruling.Approve approve)) {
      return List.of();
    }
    List<String> approvers = workbook.expand(approve.approvers());
    Area area = sheets.entry(row).area();
    String who = String.join(", ", approvers);
    if (known.past().isPresent()) {
      Set<String> people = new HashSet<>();
      approvers.forEach(
          group -> people.addAll(known.past().get().members().getOrDefault(group, Set.of())));
      if (people.isEmpty()) {
        return List.of(
            approvers(
                row,
                Finding.Kind.NO_APPROVER,
                "%s waits for somebody of %s, and nobody of them was seen since %s."
                    .formatted(row.id(), who, known.past().get().since())));
      }
      if (people.size() == 1 && area.holdsGroups(Set.copyOf(approvers))) {
        return List.of(
            approvers(
                row,
                Finding.Kind.NO_APPROVER,
                "%s waits for somebody of %s. Only %s was seen of them, who cannot approve their own commands."
                    .formatted(row.id(), who, people.iterator().next())));
      }
    }
    if (!area.groups().isEmpty() && area.groups().containsAll(approvers)) {
      return List.of(
          approvers(
              row,
              Finding.Kind.SAME_APPROVERS,
              "Those whom %s makes wait are those who answer: %s. Nobody approves their own command, so there must be two of them."
                  .formatted(row.id(), who)));
    }
    return List.of();
  }

  private static Finding approvers(SqlRow row, Finding.Kind kind, String words) {
    return new Finding(kind, Sheets.SQL, row.number(), "Approvers", row.id(), words, List.of());
  }

  private static List<Finding> neverHit(Past past, List<Entry> sql, List<Entry> masking) {
    return Stream.concat(sql.stream(), masking.stream())
        .filter(entry -> past.hits().getOrDefault(entry.rule(), 0L) == 0)
        .map(
            entry ->
                new Finding(
                    Finding.Kind.NEVER_HIT,
                    entry.sheet(),
                    entry.row(),
                    "Id",
                    entry.rule(),
                    "No command matched %s since %s.".formatted(entry, past.since()),
                    List.of()))
        .toList();
  }

  private List<Finding> unusedLists() {
    Set<String> used = new HashSet<>(Set.of(Workbook.ENVIRONMENTS_LIST));
    workbook
        .sql()
        .forEach(
            row -> {
              used.addAll(row.actions());
              used.addAll(row.scope().groups());
              used.addAll(Set.of(row.object()));
              used.add(row.scope().resource());
              if (row.ruling() instanceof Ruling.Approve approve) {
                used.addAll(approve.approvers());
              }
            });
    workbook
        .masking()
        .forEach(
            row -> {
              used.addAll(row.scope().groups());
              used.add(row.object());
              used.add(row.scope().resource());
            });
    return workbook.lists().keySet().stream()
        .filter(name -> !used.contains(name) && !used.contains(Workbook.LIST_PREFIX + name))
        .map(
            name ->
                new Finding(
                    Finding.Kind.UNUSED_LIST,
                    Sheets.LISTS,
                    0,
                    "Name",
                    name,
                    "No cell refers to @%s.".formatted(name),
                    List.of()))
        .toList();
  }
}
