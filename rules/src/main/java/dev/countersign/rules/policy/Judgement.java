package dev.countersign.rules.policy;

import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Workbook;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is gathered about one command until it is decided: rows first, then the verdict. */
final class Judgement {

  private final Workbook workbook;
  private final LocalDate today;
  private final List<MatchedRow> matched = new ArrayList<>();
  private final List<MatchedRow> unmatched = new ArrayList<>();
  private final List<MatchedRow> observed = new ArrayList<>();
  private final Set<Ruling.Approve> approvals = new HashSet<>();

  Judgement(Workbook workbook, LocalDate today) {
    this.workbook = workbook;
    this.today = today;
  }

  /** Whether the row holds today and is not only observed. */
  boolean counts(RuleRow row) {
    return row.particulars().mode() == Mode.ENFORCE && row.particulars().validity().covers(today);
  }

  /**
   * A row whose conditions all hold.
   *
   * @return whether it counts
   */
  boolean add(RuleRow row, Ruling ruling, String part) {
    if (!row.particulars().validity().covers(today)) {
      return false;
    }
    if (row.particulars().mode() == Mode.OBSERVE) {
      observe(matched(row, ruling.verdict(), part));
      return false;
    }
    add(matched(row, ruling.verdict(), part));
    if (ruling instanceof Ruling.Approve approve) {
      approvals.add(approve);
    }
    return true;
  }

  void add(MatchedRow row) {
    matched.add(row);
  }

  void observe(MatchedRow row) {
    observed.add(row);
  }

  /** A part of the command that no row allows. */
  void unmatched(String part, String what, Set<String> groups) {
    String who =
        groups.isEmpty()
            ? "subjects without a group"
            : String.join(", ", groups.stream().sorted().toList());
    unmatched(
        MatchedRow.builtIn(
            WorkbookPolicy.DEFAULT_RULE,
            part,
            "no row allows " + what + " for " + who,
            "Ask the policy's owner for a row that allows it."));
  }

  void unmatched(MatchedRow why) {
    unmatched.add(why);
  }

  static MatchedRow matched(RuleRow row, Verdict verdict, String part) {
    return new MatchedRow(
        row.id(),
        row.sheet(),
        row.number(),
        verdict,
        part,
        row.reason(),
        row.hint(),
        row.controls());
  }

  /**
   * The strictest row wins.
   *
   * @param masks what is masked if it runs
   */
  Decision decide(String policyVersion, MaskPlan masks) {
    // What the workbook says of a command explains more than what it does not mention.
    matched.addAll(unmatched);
    Explanation why = new Explanation(policyVersion, matched, observed);
    return switch (why.deciding().verdict()) {
      case ALLOW -> new Decision.Allow(why);
      case MASK -> new Decision.Mask(why, masks);
      case APPROVE -> new Decision.Approve(why, masks, demand());
      case BLOCK -> new Decision.Block(why);
    };
  }

  /** Every row that asks must be met, and the most impatient of them sets the time. */
  private ApprovalDemand demand() {
    return ApprovalDemand.all(
        approvals.stream()
            .map(
                approve ->
                    new ApprovalDemand(
                        Set.of(Set.copyOf(workbook.expand(approve.approvers()))),
                        approve.quorum(),
                        approve.expires(),
                        approve.preApproval()))
            .toList());
  }
}
