package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.table.Matches;
import dev.countersign.rules.table.RuleTable;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * A workbook as a policy: what no row allows is blocked, and the strictest row that matches wins. A
 * row counts on its days only, in UTC.
 */
public final class WorkbookPolicy implements PolicyVersion {

  /** The id of the built-in rule that blocks what no row matches. */
  public static final String DEFAULT_RULE = "DEFAULT";

  private final Workbook workbook;
  private final InstantSource clock;
  private final String id;
  private final RuleTable table;
  private final GitRules git;
  private final KubeRules kubernetes;
  private final AccessRules access;
  private final Risks risks;

  /** What holds today; worked out anew when another day is met. */
  private volatile Day day;

  public WorkbookPolicy(Workbook workbook) {
    this(workbook, InstantSource.system());
  }

  /**
   * @param clock tells, at each decision, which rows count
   */
  public WorkbookPolicy(Workbook workbook, InstantSource clock) {
    this.workbook = requireNonNull(workbook, "workbook");
    this.clock = requireNonNull(clock, "clock");
    id = ContentAddress.of(workbook);
    table = new RuleTable(workbook);
    git = new GitRules(workbook);
    kubernetes = new KubeRules(workbook);
    access = new AccessRules(workbook);
    risks = new Risks(workbook);
    day = Day.of(clock.millis(), workbook);
  }

  @Override
  public String id() {
    return id;
  }

  /** The rows that decide. */
  public Workbook workbook() {
    return workbook;
  }

  private Day today() {
    Day known = day;
    long now = clock.millis();
    if (known.holds(now)) {
      return known;
    }
    Day other = Day.of(now, workbook);
    day = other;
    return other;
  }

  @Override
  public MaskPlan masks(Subject subject, Resource resource) {
    return today().masks().plan(subject.groups(), resource);
  }

  @Override
  public MaskPlan guarded(Resource resource) {
    return today().masks().guarded(resource);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    Day today = today();
    // Risks look at the subject itself and at the hour.
    return risks.isEmpty()
        ? today
            .decisions()
            .of(
                subject.groups(),
                resource,
                statement,
                () -> decide(today, subject, resource, statement))
        : decide(today, subject, resource, statement);
  }

  private Decision decide(Day today, Subject subject, Resource resource, SqlStatement statement) {
    Matches matches = table.match(subject.groups(), resource, statement);
    Judgement judgement = new Judgement(workbook, today.date());
    boolean masked = false;
    for (int i = 0; i < statement.accesses().size(); i++) {
      SqlAccess access = statement.accesses().get(i);
      String part = access.toString();
      boolean found = false;
      for (int n = 0; n < matches.count(i); n++) {
        SqlRow row = workbook.sql().get(matches.row(i, n));
        found |= judgement.add(row, row.ruling(), part);
      }
      if (!found) {
        judgement.unmatched(part, inWords(access), subject.groups());
      }
      masked |= today.masks().judge(access, subject.groups(), resource, judgement);
    }
    if (!risks.isEmpty()) {
      risks.judge(subject, resource, RiskFactors.of(subject, now(), statement, masked), judgement);
    }
    return judgement.decide(
        id, masked ? today.masks().plan(subject.groups(), resource) : MaskPlan.NONE);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    Judgement judgement = new Judgement(workbook, today().date());
    git.judge(subject, resource, update, judgement);
    risks.judge(subject, resource, RiskFactors.of(subject, now(), update), judgement);
    return judgement.decide(id, MaskPlan.NONE);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    Judgement judgement = new Judgement(workbook, today().date());
    MaskPlan masks = kubernetes.judge(subject, resource, request, judgement);
    risks.judge(subject, resource, RiskFactors.of(subject, now(), request), judgement);
    return judgement.decide(id, masks);
  }

  @Override
  public Decision access(Subject subject, Resource resource, Duration wanted) {
    Judgement judgement = new Judgement(workbook, today().date());
    access.judge(subject, resource, wanted, now(), judgement);
    return judgement.decide(id, MaskPlan.NONE);
  }

  @Override
  public boolean standing(Subject subject, Resource resource) {
    return access.standing(subject, resource, now(), new Judgement(workbook, today().date()));
  }

  private ZonedDateTime now() {
    return clock.instant().atZone(ZoneOffset.UTC);
  }

  private static String inWords(SqlAccess access) {
    return access.object().isEmpty()
        ? access.verb().name()
        : access.verb() + " on " + access.object();
  }
}
