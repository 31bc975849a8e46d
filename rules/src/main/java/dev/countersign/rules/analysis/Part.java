package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What needs a row of its own in an act, as the rows of its sheet see it.
 *
 * @param words for people
 * @param noun what it is a part of
 * @param everywhere whether it is about all namespaces at once: whatever holds back in one of them
 *     does so here
 */
record Part(String words, String noun, Area.Point point, boolean everywhere) {

  private static final String NONE = "";

  static List<Part> of(Workbook workbook, Subject subject, Resource resource, Act act) {
    return switch (act) {
      case SqlStatement sql ->
          sql.accesses().stream().map(access -> of(subject, resource, access, sql)).toList();
      case RefUpdate update -> of(subject, resource, update);
      case KubeRequest request -> List.of(of(workbook, subject, resource, request));
    };
  }

  private static Part of(Subject subject, Resource resource, SqlAccess access, SqlStatement sql) {
    return new Part(
        access.toString(),
        "the statement",
        Sheets.point(subject, resource, access, sql.opaque()),
        false);
  }

  private static List<Part> of(Subject subject, Resource resource, RefUpdate update) {
    if (update.paths().isEmpty()) {
      return List.of(of(subject, resource, update, update.toString(), NONE, Set.of()));
    }
    List<Part> parts = new ArrayList<>();
    for (PathChange change : update.paths()) {
      Set<GitCondition> kind =
          switch (change.content()) {
            case TEXT -> Set.of();
            case BINARY -> Set.of(GitCondition.BINARY);
            case SYMLINK, SUBMODULE -> Set.of(GitCondition.LINK);
          };
      parts.add(of(subject, resource, update, update + " " + change.path(), change.path(), kind));
    }
    return parts;
  }

  private static Part of(
      Subject subject,
      Resource resource,
      RefUpdate update,
      String words,
      String path,
      Set<GitCondition> kind) {
    Set<String> conditions =
        Arrays.stream(GitCondition.values())
            .filter(
                condition ->
                    switch (condition) {
                      case ALWAYS -> false;
                      case SECRET -> !update.secrets().isEmpty();
                      case UNSIGNED -> !update.commits().allSigned();
                      case BINARY, LINK -> kind.contains(condition);
                    })
            .map(Sheets::word)
            .collect(Collectors.toSet());
    return new Part(
        words,
        "the change",
        new Area.Point(
            subject.groups(),
            List.of(
                resource.name(),
                resource.environment(),
                update.change().toString(),
                update.ref(),
                path,
                Side.Conditions.join(conditions))),
        false);
  }

  private static Part of(
      Workbook workbook, Subject subject, Resource resource, KubeRequest request) {
    KubeRequest.Target target = request.target();
    List<Glob> registries =
        workbook.lists().getOrDefault(KubeCondition.REGISTRIES_LIST, List.of()).stream()
            .map(Glob::new)
            .toList();
    Set<String> conditions =
        EnumSet.complementOf(EnumSet.of(KubeCondition.ALWAYS)).stream()
            .filter(
                condition ->
                    condition.holds(
                        request, image -> registries.stream().noneMatch(one -> one.matches(image))))
            .map(Sheets::word)
            .collect(Collectors.toSet());
    return new Part(
        request.toString(),
        "the request",
        new Area.Point(
            subject.groups(),
            List.of(
                resource.name(),
                resource.environment(),
                request.verb().toString(),
                target.object(),
                target.namespace(),
                Side.Conditions.join(conditions),
                request.commandLine())),
        target.mayBeEverywhere());
  }

  /** Whether the row's cell there lets it match. */
  boolean isHeldBy(Entry row, int side) {
    Side cell = row.area().sides().get(side);
    return cell.holds(point.values().get(side))
        || (everywhere && cell.column().equals(Sheets.NAMESPACE) && row.verdict() != Verdict.ALLOW);
  }
}
