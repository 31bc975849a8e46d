package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WrittenRow;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final LocalDate today;
  private final Sheets sheets;
  private final Oracle oracle;

  private Analysis(WorkbookPolicy policy, Surroundings known) {
    this.workbook = policy.workbook();
    this.known = requireNonNull(known, "known");
    this.today = known.today();
    this.sheets = new Sheets(workbook);
    this.oracle = new Oracle(policy);
  }

  /** Every finding: warnings first, then by sheet and row. */
  public static List<Finding> of(WorkbookPolicy policy, Surroundings known) {
    return new Analysis(policy, known).findings();
  }

  private List<Finding> findings() {
    List<Entry> sql = sheets.sql();
    List<Entry> all = Stream.concat(sql.stream(), sheets.masking().stream()).toList();
    List<Finding> findings = new ArrayList<>();
    all.stream().filter(entry -> entry.isOver(today)).map(this::over).forEach(findings::add);
    findings.addAll(new Coverage(lasting(sql), today).findings());
    findings.addAll(new Coverage(lasting(sheets.masking()), today).findings());
    Set<String> idle = findings.stream().map(Finding::rule).collect(Collectors.toSet());
    List<Entry> now = sql.stream().filter(entry -> entry.counts(today)).toList();
    List<Entry> deciding = now.stream().filter(entry -> !idle.contains(entry.rule())).toList();
    findings.addAll(new Conflicts(deciding, oracle).findings());
    findings.addAll(new Gaps(now, workbook, known, oracle).findings());
    workbook.sql().forEach(row -> findings.addAll(approvers(row)));
    known.past().ifPresent(past -> findings.addAll(neverHit(past, all)));
    findings.addAll(unusedLists());
    findings.sort(
        Comparator.comparing(Finding::severity)
            .thenComparing(finding -> finding.row() == 0)
            .thenComparing(Comparator.comparing(Finding::sheet).reversed())
            .thenComparingInt(Finding::row));
    return List.copyOf(findings);
  }

  private List<Entry> lasting(List<Entry> entries) {
    return entries.stream().filter(entry -> entry.isEnforced() && !entry.isOver(today)).toList();
  }

  private Finding over(Entry entry) {
    return new Finding(
        Finding.Kind.EXPIRED,
        entry.sheet(),
        entry.row(),
        "Valid until",
        entry.rule(),
        "%s counted until %s and counts no more. Remove it, or give it another day."
            .formatted(entry, entry.validity().until().map(Object::toString).orElse("")),
        List.of());
  }

  private List<Finding> approvers(SqlRow row) {
    if (!(row.ruling() instanceof Ruling.Approve approve) || !sheets.entry(row).counts(today)) {
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
                    .formatted(row.id(), who, known.past().get().day())));
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

  private List<Finding> neverHit(Past past, List<Entry> all) {
    return all.stream()
        .filter(entry -> entry.counts(today))
        .filter(entry -> past.hits().getOrDefault(entry.rule(), 0L) == 0)
        .map(
            entry ->
                new Finding(
                    Finding.Kind.NEVER_HIT,
                    entry.sheet(),
                    entry.row(),
                    "Id",
                    entry.rule(),
                    "No command matched %s since %s.".formatted(entry, past.day()),
                    List.of()))
        .toList();
  }

  private List<Finding> unusedLists() {
    Set<String> used = new HashSet<>();
    used.add(Workbook.LIST_PREFIX + Workbook.ENVIRONMENTS_LIST);
    for (WrittenRow row : WrittenRow.of(workbook)) {
      row.cells().values().forEach(cell -> used.addAll(Arrays.asList(cell.split(", ?", -1))));
    }
    return workbook.lists().keySet().stream()
        .filter(name -> !used.contains(Workbook.LIST_PREFIX + name))
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
