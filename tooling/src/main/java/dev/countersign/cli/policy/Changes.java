package dev.countersign.cli.policy;

import static java.util.stream.Collectors.joining;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.terminal.Table;
import dev.countersign.rules.analysis.Change;
import dev.countersign.rules.analysis.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Commands that change verdict, counted by what changes and by which rows. */
final class Changes {

  private static final int TEXT_WIDTH = 60;
  private static final int MOST_EXAMPLES = 3;

  private record Kind(String change, String before, String after) {}

  /** One kind of change; for {@code --json} too. */
  record Group(
      String change, String ruleBefore, String ruleAfter, long commands, List<String> examples) {}

  private final Map<Kind, List<String>> examples = new LinkedHashMap<>();
  private final Map<Kind, Long> counts = new LinkedHashMap<>();
  private final Map<String, Long> totals = new LinkedHashMap<>();
  private long all;

  void add(Change change) {
    Kind kind = new Kind(change.words(), rules(change.before()), rules(change.after()));
    all++;
    totals.merge(change.words(), 1L, Long::sum);
    counts.merge(kind, 1L, Long::sum);
    List<String> some = examples.computeIfAbsent(kind, absent -> new ArrayList<>());
    String example =
        "%s on %s: %s"
            .formatted(
                who(change),
                change.command().resource().name(),
                VisibleText.excerpt(change.command().text(), TEXT_WIDTH));
    if (some.size() < MOST_EXAMPLES && !some.contains(example)) {
      some.add(example);
    }
  }

  private static String who(Change change) {
    String name = change.command().subject().name();
    return name.isEmpty()
        ? String.join(", ", new TreeSet<>(change.command().subject().groups()))
        : name;
  }

  private static String rules(Outcome outcome) {
    TreeSet<String> rules = new TreeSet<>(outcome.masks());
    rules.remove(outcome.rule());
    return rules.isEmpty() ? outcome.rule() : outcome.rule() + " + " + String.join(", ", rules);
  }

  long count() {
    return all;
  }

  /** {@code 398 allow → mask, 14 approve → block}. */
  String summary() {
    return totals.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(total -> total.getValue() + " " + total.getKey())
        .collect(joining(", "));
  }

  /** The most frequent first. */
  List<Group> groups() {
    return counts.entrySet().stream()
        .map(
            count ->
                new Group(
                    count.getKey().change(),
                    count.getKey().before(),
                    count.getKey().after(),
                    count.getValue(),
                    examples.getOrDefault(count.getKey(), List.of())))
        .sorted(Comparator.comparingLong(Group::commands).reversed())
        .toList();
  }

  /** For people. */
  String table() {
    Table table = new Table("COMMANDS", "CHANGE", "ROW BEFORE", "ROW AFTER", "FOR EXAMPLE");
    for (Group group : groups()) {
      String count = Long.toString(group.commands());
      List<String> some = group.examples();
      table.row(count, group.change(), group.ruleBefore(), group.ruleAfter(), some.getFirst());
      some.stream().skip(1).forEach(example -> table.row("", "", "", "", example));
    }
    return table.toString();
  }
}
