package dev.countersign.decision.console;

import dev.countersign.decision.approval.Exhibit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a statement of SQL changes, as the database's own planner estimates it.
 *
 * @param table how many rows its table has, about, if it is about one
 */
record Impact(String verb, long rows, OptionalLong table) {

  /** At the end of a line of a plan. What stands before it may be a name that somebody chose. */
  private static final Pattern ESTIMATE =
      Pattern.compile("\\(cost=[\\d.]+\\.\\.[\\d.]+ rows=(\\d{1,18}) width=\\d+\\)$");

  private static final Pattern CHANGE = Pattern.compile("^(Update|Delete|Insert|Merge) on ");

  private static final int PERCENT_THAT_IS_MUCH = 50;

  /** None unless there is one plan, of something that changes rows. */
  static Optional<Impact> of(List<Exhibit> exhibits) {
    List<Exhibit> plans =
        exhibits.stream().filter(exhibit -> exhibit.title().equals("Plan")).toList();
    return plans.size() == 1
        ? of(plans.getFirst().content(), tableSize(exhibits))
        : Optional.empty();
  }

  /** The node that changes rows returns none: those below it are what it changes. */
  private static Optional<Impact> of(String plan, OptionalLong table) {
    List<String> lines = plan.lines().toList();
    if (lines.size() < 2) {
      return Optional.empty();
    }
    Matcher change = CHANGE.matcher(lines.getFirst());
    Matcher estimate = ESTIMATE.matcher(lines.get(1));
    return change.find() && estimate.find()
        ? Optional.of(new Impact(change.group(1), Long.parseLong(estimate.group(1)), table))
        : Optional.empty();
  }

  private static OptionalLong tableSize(List<Exhibit> exhibits) {
    List<List<String>> rows =
        exhibits.stream()
            .filter(exhibit -> exhibit.title().equals("Tables"))
            .map(ExhibitView::of)
            .findFirst()
            .map(ExhibitView::body)
            .orElse(List.of());
    return rows.size() == 1 && rows.getFirst().size() > 1
        ? number(rows.getFirst().get(1))
        : OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** Whether it is most of the table. */
  boolean isMuch() {
    return !verb.equals("Insert")
        && table.isPresent()
        && table.getAsLong() > 1
        && rows >= Math.ceilDiv(table.getAsLong() * PERCENT_THAT_IS_MUCH, 100);
  }

  String words() {
    String done =
        switch (verb) {
          case "Update" -> "changes";
          case "Delete" -> "deletes";
          case "Insert" -> "adds";
          default -> "merges";
        };
    String of =
        table.isPresent() && !verb.equals("Insert")
            ? String.format(Locale.ROOT, " of about %,d", table.getAsLong())
            : "";
    return String.format(
        Locale.ROOT, "It %s about %,d row%s%s.", done, rows, rows == 1 ? "" : "s", of);
  }
}
