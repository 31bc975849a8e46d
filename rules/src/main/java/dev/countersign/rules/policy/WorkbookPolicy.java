package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.table.Matches;
import dev.countersign.rules.table.RuleTable;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A workbook as a policy: what no row allows is blocked, and the strictest row that matches wins.
 */
public final class WorkbookPolicy implements PolicyVersion {

  /** The id of the built-in rule that blocks what no row matches. */
  public static final String DEFAULT_RULE = "DEFAULT";

  private static final String SHEET = "SQL";

  private final Workbook workbook;
  private final String id;
  private final RuleTable table;
  private final Masks masks;

  public WorkbookPolicy(Workbook workbook) {
    this.workbook = requireNonNull(workbook, "workbook");
    id = ContentAddress.of(workbook);
    table = new RuleTable(workbook);
    masks = new Masks(workbook);
  }

  @Override
  public String id() {
    return id;
  }

  /** The rows that decide. */
  public Workbook workbook() {
    return workbook;
  }

  @Override
  public MaskPlan masks(Subject subject, Resource resource) {
    return masks.plan(subject.groups(), resource);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    Matches matches = table.match(subject.groups(), resource, statement);
    List<MatchedRow> matched = new ArrayList<>();
    List<MatchedRow> unmatched = new ArrayList<>();
    Set<Ruling.Approve> approvals = new HashSet<>();
    boolean masked = false;
    for (int i = 0; i < statement.accesses().size(); i++) {
      SqlAccess access = statement.accesses().get(i);
      String part = access.toString();
      if (matches.count(i) == 0) {
        unmatched.add(unmatched(subject, access));
      }
      for (int n = 0; n < matches.count(i); n++) {
        SqlRow row = workbook.sql().get(matches.row(i, n));
        matched.add(matched(row, part));
        if (row.ruling() instanceof Ruling.Approve approve) {
          approvals.add(approve);
        }
      }
      for (MaskRule rule : masks.touchedBy(access, subject.groups(), resource)) {
        masked = true;
        matched.add(matched(rule.because(), part));
      }
    }
    // What the workbook says of a statement explains more than what it does not mention.
    matched.addAll(unmatched);
    Explanation why = new Explanation(id, matched);
    MaskPlan plan = masked ? masks.plan(subject.groups(), resource) : MaskPlan.NONE;
    return switch (why.deciding().verdict()) {
      case ALLOW -> new Decision.Allow(why);
      case MASK -> new Decision.Mask(why, plan);
      case APPROVE -> new Decision.Approve(why, plan, demand(approvals));
      case BLOCK -> new Decision.Block(why);
    };
  }

  private static MatchedRow unmatched(Subject subject, SqlAccess access) {
    String action =
        access.object().isEmpty() ? access.verb().name() : access.verb() + " on " + access.object();
    String who =
        subject.groups().isEmpty()
            ? "subjects without a group"
            : String.join(", ", subject.groups().stream().sorted().toList());
    return MatchedRow.builtIn(
        DEFAULT_RULE,
        access.toString(),
        "no row allows " + action + " for " + who,
        "Ask the policy's owner for a row that allows it.");
  }

  private static MatchedRow matched(SqlRow row, String part) {
    return new MatchedRow(
        row.id(),
        SHEET,
        row.number(),
        row.ruling().verdict(),
        part,
        row.reason(),
        row.hint(),
        row.controls());
  }

  private static MatchedRow matched(MatchedRow masking, String part) {
    return new MatchedRow(
        masking.rule(),
        masking.sheet(),
        masking.row(),
        Verdict.MASK,
        part,
        masking.reason(),
        masking.hint(),
        masking.controls());
  }

  /** Every row that asks must be met, and the most impatient of them sets the time. */
  private ApprovalDemand demand(Set<Ruling.Approve> approvals) {
    Set<Set<String>> groups = new HashSet<>();
    Duration shortest = Ruling.Approve.LONGEST_EXPIRY;
    for (Ruling.Approve approve : approvals) {
      groups.add(Set.copyOf(workbook.expand(approve.approvers())));
      if (approve.expires().compareTo(shortest) < 0) {
        shortest = approve.expires();
      }
    }
    return new ApprovalDemand(groups, shortest);
  }
}
