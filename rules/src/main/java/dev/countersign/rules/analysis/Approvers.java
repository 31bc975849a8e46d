package dev.countersign.rules.analysis;

import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.RiskRow;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether somebody can answer what a row asks. Who is in a group only the identity provider knows;
 * who was seen of it is in the record.
 */
final class Approvers {

  private final Workbook workbook;
  private final Sheets sheets;
  private final Surroundings known;

  Approvers(Workbook workbook, Sheets sheets, Surroundings known) {
    this.workbook = workbook;
    this.sheets = sheets;
    this.known = known;
  }

  Optional<Finding> finding(RuleRow row) {
    return row.particulars().validity().covers(known.today())
        ? demand(row).flatMap(approve -> finding(row, approve))
        : Optional.empty();
  }

  private static Optional<Ruling.Approve> demand(RuleRow row) {
    Ruling ruling =
        switch (row) {
          case SqlRow sql -> sql.ruling();
          case GitRow git -> git.ruling();
          case KubernetesRow kubernetes -> kubernetes.ruling();
          case AccessRow access -> access.ruling();
          case MaskingRow masking -> Ruling.MASK;
          case RiskRow risk -> Ruling.ALLOW;
        };
    return ruling instanceof Ruling.Approve approve ? Optional.of(approve) : Optional.empty();
  }

  private Optional<Finding> finding(RuleRow row, Ruling.Approve approve) {
    List<String> groups = workbook.expand(approve.approvers());
    Area asking = new Area(sheets.groups(row.scope()), List.of());
    boolean mayAsk = asking.holdsGroups(Set.copyOf(groups));
    int needed = approve.quorum() + (mayAsk ? 1 : 0);
    String who = String.join(", ", groups);
    if (known.past().isPresent()) {
      Past past = known.past().get();
      Set<String> seen = new TreeSet<>();
      groups.forEach(group -> seen.addAll(past.members().getOrDefault(group, Set.of())));
      if (seen.size() < needed) {
        return Optional.of(
            finding(
                row,
                Finding.Kind.NO_APPROVER,
                "%s waits for %d of %s%s. Since %s %s seen of them."
                    .formatted(
                        row.id(),
                        approve.quorum(),
                        who,
                        mayAsk ? " besides who asks" : "",
                        past.day(),
                        seen.isEmpty()
                            ? "nobody was"
                            : "only " + String.join(", ", seen) + " was")));
      }
    }
    if (!asking.groups().isEmpty() && asking.groups().containsAll(groups)) {
      return Optional.of(
          finding(
              row,
              Finding.Kind.SAME_APPROVERS,
              "Those whom %s makes wait are those who answer: %s. Nobody approves their own command, so there must be %d of them."
                  .formatted(row.id(), who, needed)));
    }
    return Optional.empty();
  }

  private static Finding finding(RuleRow row, Finding.Kind kind, String words) {
    return new Finding(kind, row.sheet(), row.number(), "Approvers", row.id(), words, List.of());
  }
}
