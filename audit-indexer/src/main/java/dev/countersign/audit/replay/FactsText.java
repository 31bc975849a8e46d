package dev.countersign.audit.replay;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the rules saw of a push or a request, a line each; nothing for SQL, whose text says it. */
final class FactsText {

  private static final int MOST = 50;

  private FactsText() {}

  static List<String> of(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql -> List.of();
      case CommandFacts.Git git -> git(git.updates());
      case CommandFacts.Kubernetes(KubeRequest request) -> kubernetes(request);
    };
  }

  private static List<String> git(List<RefUpdate> updates) {
    List<String> lines = new ArrayList<>();
    for (RefUpdate update : updates.subList(0, Math.min(MOST, updates.size()))) {
      lines.add(
          "%s, %d new commits, %d of them signed%s"
              .formatted(
                  line(update.toString()),
                  update.commits().count(),
                  update.commits().signed(),
                  update.atomic() ? ", atomic" : ""));
      if (!update.pushOptions().isEmpty()) {
        lines.add(
            "  options  "
                + line(String.join(", ", update.pushOptions().stream().sorted().toList())));
      }
      cut(
          update.commits().lines().stream().map(commit -> "  * " + line(commit)).toList(),
          update.commits().count(),
          lines);
      cut(
          update.paths().stream()
              .map(
                  path ->
                      "  %-8s %s  +%d -%d"
                          .formatted(
                              path.status().name().toLowerCase(Locale.ROOT),
                              line(path.path()),
                              path.linesAdded(),
                              path.linesRemoved()))
              .toList(),
          lines);
      cut(
          update.secrets().stream()
              .map(
                  secret ->
                      "  SECRET   %s in %s, %s"
                          .formatted(
                              line(secret.detector()), line(secret.path()), line(secret.commit())))
              .toList(),
          lines);
    }
    if (updates.size() > MOST) {
      lines.add("… and " + (updates.size() - MOST) + " more refs");
    }
    return lines;
  }

  private static void cut(List<String> from, List<String> to) {
    cut(from, from.size(), to);
  }

  /**
   * Adds no more than a human would read.
   *
   * @param all how many there are, here or not
   */
  private static void cut(List<String> from, int all, List<String> to) {
    List<String> shown = from.subList(0, Math.min(MOST, from.size()));
    to.addAll(shown);
    if (all > shown.size()) {
      to.add("  … and " + (all - shown.size()) + " more");
    }
  }

  private static List<String> kubernetes(KubeRequest request) {
    List<String> lines = new ArrayList<>();
    lines.add(line(request.toString()) + (request.dryRun() ? " (dry run)" : ""));
    List<String> words = request.command();
    if (!words.isEmpty()) {
      lines.add("  runs   " + line(String.join(" ", words)));
    }
    KubeRequest.Details details = request.details();
    add(lines, "  in     container ", details.container());
    add(lines, "  labels ", details.labels());
    add(lines, "  fields ", details.fields());
    details
        .replicas()
        .ifPresent(
            replicas ->
                lines.add(
                    "  runs   "
                        + (replicas.before() < 0 ? "" : replicas.before() + " -> ")
                        + replicas.after()
                        + " replicas"));
    details.limits().stream()
        .sorted()
        .limit(MOST)
        .forEach(limit -> lines.add("  limit  " + line(limit)));
    request.body().images().stream()
        .sorted()
        .limit(MOST)
        .forEach(i -> lines.add("  image  " + line(i)));
    request.body().traits().stream()
        .map(trait -> trait.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .sorted()
        .forEach(trait -> lines.add("  brings " + trait));
    return lines;
  }

  private static void add(List<String> lines, String what, String value) {
    if (!value.isEmpty()) {
      lines.add(what + line(value));
    }
  }

  private static String line(String text) {
    return VisibleText.excerpt(text, 300);
  }
}
