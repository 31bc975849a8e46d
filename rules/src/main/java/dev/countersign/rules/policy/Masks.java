package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.ContentRule;
import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.MaskRule.Exemption;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rows of the sheet Masking that hold on one day: which of them apply to whom, and which
 * columns they hide or show.
 */
final class Masks {

  /** Names come from those who ask: what is remembered of them is bounded. */
  private static final int MOST_SCOPES = 500;

  private static final int MOST_RELATIONS = 5_000;

  private record Scope(Set<String> groups, String resource, String environment) {}

  /** An exemption and the row that grants it. */
  private record Lifted(Exemption exemption, MatchedRow because) {}

  /** Rules in force, rules that are only observed, and what is exempt from the former. */
  private record Rules(
      List<MaskRule> hidden,
      List<MaskRule> observed,
      List<Lifted> lifted,
      List<ContentRule> contents,
      List<ContentRule> observedContents) {

    Rules of(String relation) {
      return new Rules(
          hidden.stream().filter(rule -> rule.relation().matches(relation)).toList(),
          observed.stream().filter(rule -> rule.relation().matches(relation)).toList(),
          lifted.stream().filter(one -> one.exemption().relation().matches(relation)).toList(),
          contents,
          observedContents);
    }
  }

  /** What applies to one scope, and what of it to each relation that was asked for. */
  private record Scoped(MaskPlan plan, Rules rules, Map<String, Rules> byRelation) {}

  private record Reaching(MaskingRow row, Reach reach) {}

  private final Workbook workbook;
  private final List<Reaching> rows;
  private final Map<Scope, Scoped> remembered = new ConcurrentHashMap<>();

  Masks(Workbook workbook, LocalDate day) {
    this.workbook = workbook;
    rows =
        workbook.masking().stream()
            .filter(row -> row.particulars().validity().covers(day))
            .map(row -> new Reaching(row, Reach.of(row.scope(), workbook)))
            .toList();
  }

  MaskPlan plan(Set<String> groups, Resource resource) {
    return scoped(groups, resource).plan();
  }

  /** Columns that are hidden from anybody there, whoever is exempt. */
  MaskPlan guarded(Resource resource) {
    return new MaskPlan(
        rows.stream()
            .filter(one -> one.reach().covers(resource))
            .map(Reaching::row)
            .filter(row -> row.particulars().mode() != Mode.OBSERVE)
            .flatMap(row -> hiding(row, List.of()).stream())
            .toList());
  }

  /**
   * Adds the rows about columns that this access names.
   *
   * @return whether one of them hides something
   */
  boolean judge(SqlAccess access, Set<String> groups, Resource resource, Judgement judgement) {
    if (rows.isEmpty() || access.columns().isEmpty()) {
      return false;
    }
    Scoped scoped = scoped(groups, resource);
    Rules rules = ofRelation(access.object(), scoped);
    boolean masked = judge(access, access.object(), rules, judgement);
    for (String whole : access.partOf()) {
      masked |= judge(access, whole, ofRelation(whole, scoped), judgement);
    }
    return judgeContents(access, rules, judgement) || masked;
  }

  /** By what is said of one relation. */
  private static boolean judge(
      SqlAccess access, String relation, Rules rules, Judgement judgement) {
    boolean masked = false;
    for (MaskRule rule : rules.hidden()) {
      if (touches(access, relation, rule)) {
        masked = true;
        judgement.add(about(access, rule.because()));
      }
    }
    for (MaskRule rule : rules.observed()) {
      if (touches(access, relation, rule)) {
        judgement.observe(about(access, rule.because()));
      }
    }
    for (Lifted one : rules.lifted()) {
      if (touches(access, one.exemption().column())) {
        judgement.add(about(access, one.because()));
      }
    }
    return masked;
  }

  /** Whatever is read may have such content; only its values tell. */
  private static boolean judgeContents(SqlAccess access, Rules rules, Judgement judgement) {
    if (access.verb() != SqlVerb.SELECT) {
      return false;
    }
    rules.contents().forEach(rule -> judgement.add(about(access, rule.because())));
    rules.observedContents().forEach(rule -> judgement.observe(about(access, rule.because())));
    return !rules.contents().isEmpty();
  }

  private static boolean touches(SqlAccess access, String relation, MaskRule rule) {
    return access.columns().contains(SqlAccess.ALL_COLUMNS)
        || access.columns().stream().anyMatch(column -> rule.hides(relation, column));
  }

  private static boolean touches(SqlAccess access, Glob column) {
    return access.columns().contains(SqlAccess.ALL_COLUMNS)
        || access.columns().stream().anyMatch(column::matches);
  }

  private static MatchedRow about(SqlAccess access, MatchedRow row) {
    return new MatchedRow(
        row.rule(),
        row.sheet(),
        row.row(),
        row.verdict(),
        access.toString(),
        row.reason(),
        row.hint(),
        row.controls());
  }

  private static Rules ofRelation(String relation, Scoped scoped) {
    Rules known = scoped.byRelation().get(relation);
    if (known != null) {
      return known;
    }
    Rules rules = scoped.rules().of(relation);
    if (scoped.byRelation().size() < MOST_RELATIONS) {
      scoped.byRelation().put(relation, rules);
    }
    return rules;
  }

  private Scoped scoped(Set<String> groups, Resource resource) {
    Scope scope = new Scope(groups, resource.name(), resource.environment());
    Scoped known = remembered.get(scope);
    if (known != null) {
      return known;
    }
    Rules rules = rules(groups, resource);
    Scoped scoped =
        new Scoped(
            new MaskPlan(rules.hidden(), rules.contents()), rules, new ConcurrentHashMap<>());
    if (remembered.size() < MOST_SCOPES) {
      remembered.put(scope, scoped);
    }
    return scoped;
  }

  private Rules rules(Set<String> groups, Resource resource) {
    List<MaskingRow> applying =
        rows.stream()
            .filter(row -> row.reach().covers(groups, resource))
            .map(Reaching::row)
            .toList();
    List<Lifted> lifted = applying.stream().flatMap(row -> lifted(row).stream()).toList();
    List<Exemption> exempt = lifted.stream().map(Lifted::exemption).toList();
    List<MaskRule> hidden = new ArrayList<>();
    List<MaskRule> observed = new ArrayList<>();
    for (MaskingRow row : applying) {
      List<MaskRule> kind = row.particulars().mode() == Mode.OBSERVE ? observed : hidden;
      hiding(row, exempt).stream().filter(Masks::hidesSomething).forEach(kind::add);
    }
    return new Rules(
        hidden,
        observed,
        lifted,
        contents(applying, Mode.ENFORCE),
        contents(applying, Mode.OBSERVE));
  }

  private static List<ContentRule> contents(List<MaskingRow> applying, Mode mode) {
    List<ContentRule> contents = new ArrayList<>();
    for (MaskingRow row : applying) {
      if (row.particulars().mode() == mode
          && row.treatment() instanceof Treatment.Detect(Detector detector, Masker masker)) {
        contents.add(
            new ContentRule(
                detector, masker, Judgement.matched(row, Verdict.MASK, "any " + detector)));
      }
    }
    return contents;
  }

  private List<Lifted> lifted(MaskingRow row) {
    if (!(row.treatment() instanceof Treatment.Clear)) {
      return List.of();
    }
    return workbook.expand(row.object()).stream()
        .map(
            object ->
                new Lifted(
                    new Exemption(new Glob(object), new Glob(row.column())),
                    Judgement.matched(row, Verdict.ALLOW, object + " " + row.column())))
        .toList();
  }

  private List<MaskRule> hiding(MaskingRow row, List<Exemption> exempt) {
    if (!(row.treatment() instanceof Treatment.Hide hide)) {
      return List.of();
    }
    return workbook.expand(row.object()).stream()
        .map(
            object ->
                new MaskRule(
                    new Glob(object),
                    new Glob(row.column()),
                    hide.masker(),
                    hide.sealed(),
                    exempt,
                    Judgement.matched(row, Verdict.MASK, object + " " + row.column())))
        .toList();
  }

  /**
   * Whether no exemption covers all of it: one pattern covers another if it matches its text, for a
   * star of that text can only be met by a star.
   */
  private static boolean hidesSomething(MaskRule rule) {
    return rule.hides(rule.relation().pattern(), rule.column().pattern());
  }
}
