package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.RuleRow;
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

/** All that is to be said about a sound workbook. */
public final class Analysis {

  private final Workbook workbook;
  private final Surroundings known;
  private final LocalDate today;
  private final Sheets sheets;
  private final PolicyVersion policy;

  private Analysis(WorkbookPolicy policy, Surroundings known) {
    this.workbook = policy.workbook();
    this.known = requireNonNull(known, "known");
    this.today = known.today();
    this.sheets = new Sheets(workbook);
    this.policy = policy;
  }

  /** Every finding: warnings first, then by sheet and row. */
  public static List<Finding> of(WorkbookPolicy policy, Surroundings known) {
    return new Analysis(policy, known).findings();
  }

  private List<Finding> findings() {
    List<List<Entry>> all = new ArrayList<>();
    for (Resource.Kind kind : Resource.Kind.values()) {
      all.add(sheets.judging(kind));
    }
    all.add(sheets.masking());
    List<Finding> findings = new ArrayList<>();
    workbook.rules().stream().filter(this::isOver).map(Analysis::over).forEach(findings::add);
    for (List<Entry> sheet : all) {
      findings.addAll(new Coverage(sheet.stream().filter(this::lasts).toList(), today).findings());
    }
    Set<String> idle = findings.stream().map(Finding::rule).collect(Collectors.toSet());
    for (Resource.Kind kind : Resource.Kind.values()) {
      Oracle oracle = new Oracle(policy, kind);
      List<Entry> now = sheets.judging(kind).stream().filter(entry -> entry.counts(today)).toList();
      List<Entry> deciding = now.stream().filter(entry -> !idle.contains(entry.rule())).toList();
      findings.addAll(new Conflicts(deciding, oracle).findings());
      findings.addAll(new Gaps(kind, now, workbook, known, oracle).findings());
    }
    if (workbook.access().isEmpty()) {
      findings.add(nobodyComesIn());
    }
    Approvers approvers = new Approvers(workbook, sheets, known);
    workbook.rules().forEach(row -> approvers.finding(row).ifPresent(findings::add));
    known.past().ifPresent(past -> all.forEach(sheet -> findings.addAll(neverHit(past, sheet))));
    findings.addAll(unusedLists());
    findings.sort(
        Comparator.comparing(Finding::severity)
            .thenComparing(finding -> finding.row() == 0)
            .thenComparing(Comparator.comparing(Finding::sheet).reversed())
            .thenComparingInt(Finding::row));
    return List.copyOf(findings);
  }

  private boolean lasts(Entry entry) {
    return entry.isEnforced() && !isOver(entry.written());
  }

  private boolean isOver(RuleRow row) {
    return row.particulars().validity().until().filter(today::isAfter).isPresent();
  }

  private static Finding over(RuleRow row) {
    return new Finding(
        Finding.Kind.EXPIRED,
        row.sheet(),
        row.number(),
        "Valid until",
        row.id(),
        "%s counted until %s and counts no more. Remove it, or give it another day."
            .formatted(
                row.id(), row.particulars().validity().until().map(Object::toString).orElse("")),
        List.of());
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

  private static Finding nobodyComesIn() {
    return new Finding(
        Finding.Kind.NO_ACCESS,
        Sheets.ACCESS,
        0,
        "",
        "",
        "The sheet Access has no row: nobody is let in, whatever the other sheets say. "
            + "Write who may have access to what, and for how long.",
        List.of());
  }

  private List<Finding> unusedLists() {
    Set<String> used = new HashSet<>();
    for (String own : List.of(Workbook.ENVIRONMENTS_LIST, KubeCondition.REGISTRIES_LIST)) {
      used.add(Workbook.LIST_PREFIX + own);
    }
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
