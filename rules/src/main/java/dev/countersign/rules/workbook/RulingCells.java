package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.APPROVERS;
import static dev.countersign.rules.workbook.Columns.EXPIRES;
import static dev.countersign.rules.workbook.Columns.PRE_APPROVAL;
import static dev.countersign.rules.workbook.Columns.QUORUM;
import static dev.countersign.rules.workbook.Columns.VALUES;
import static dev.countersign.rules.workbook.Columns.VERDICT;
import static dev.countersign.rules.workbook.Vocabulary.GROUP_PUNCTUATION;

import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cells that say what a row asks for. */
final class RulingCells {

  private static final String APPROVE = Vocabulary.word(Verdict.APPROVE);

  private RulingCells() {}

  /** Nothing when one of the cells has a fault, or the verdict is empty. */
  static Optional<Ruling> read(Cells cells, List<String> verdicts) {
    String verdict = cells.word(VERDICT, verdicts);
    if (verdict.equals(APPROVE)) {
      return approve(cells);
    }
    refuseApproval(cells);
    return switch (verdict) {
      case "allow" -> Optional.of(Ruling.ALLOW);
      case "mask" -> Optional.of(Ruling.MASK);
      case "block" -> Optional.of(Ruling.BLOCK);
      default -> Optional.empty();
    };
  }

  /** What an approval needs is a fault where there is none. */
  static void refuseApproval(Cells cells) {
    for (String title : List.of(APPROVERS, QUORUM, EXPIRES, PRE_APPROVAL, VALUES)) {
      cells
          .present(title)
          .ifPresent(text -> cells.fault(title, Vocabulary.quote(text), "empty, unless approve"));
    }
  }

  private static Optional<Ruling> approve(Cells cells) {
    int before = cells.faults();
    List<String> approvers = cells.names(APPROVERS, GROUP_PUNCTUATION, false);
    if (approvers.isEmpty()) {
      cells.fault(APPROVERS, "an empty cell", "the groups whose members may say yes");
    }
    int quorum = cells.count(QUORUM, 1, Ruling.Approve.LARGEST_QUORUM).orElse(1);
    Duration expires =
        cells
            .duration(EXPIRES, Duration.ofMinutes(1), Ruling.Approve.LONGEST_EXPIRY)
            .orElse(Ruling.Approve.DEFAULT_EXPIRY);
    Optional<PreApprovalTerms> preApproval = preApproval(cells);
    return cells.faults() == before
        ? Optional.of(new Ruling.Approve(approvers, quorum, expires, preApproval))
        : Optional.empty();
  }

  private static Optional<PreApprovalTerms> preApproval(Cells cells) {
    String values = cells.word(VALUES, Columns.SAME_OR_ANY);
    Optional<Duration> longest =
        cells.duration(PRE_APPROVAL, Duration.ofMinutes(1), Ruling.Approve.LONGEST_PRE_APPROVAL);
    if (longest.isEmpty() && !values.isEmpty()) {
      cells.fault(VALUES, Vocabulary.quote(values), "empty, unless there is a pre-approval");
    }
    return longest.map(time -> new PreApprovalTerms(time, values.equals(Columns.ANY_VALUES)));
  }

  static void write(Ruling ruling, Map<String, String> cells) {
    cells.put(VERDICT, Vocabulary.word(ruling.verdict()));
    if (ruling instanceof Ruling.Approve approve) {
      cells.put(APPROVERS, String.join(RuleCells.SEPARATOR, approve.approvers()));
      cells.put(QUORUM, approve.quorum() == 1 ? "" : String.valueOf(approve.quorum()));
      cells.put(EXPIRES, Spans.format(approve.expires()));
      approve
          .preApproval()
          .ifPresent(
              allowed -> {
                cells.put(PRE_APPROVAL, Spans.format(allowed.longest()));
                cells.put(VALUES, allowed.anyValues() ? Columns.ANY_VALUES : "");
              });
    }
  }
}
