package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of the sheet Kubernetes. A request about many objects of all namespaces meets every row
 * that holds something back in one of them, but only a row for all of them lets it through.
 */
final class KubeRules {

  private static final String ANY = "*";

  private record Rule(
      KubernetesRow row,
      Reach reach,
      List<String> actions,
      Patterns objects,
      Patterns namespaces,
      Patterns commands,
      List<Glob> registries) {

    static Rule of(KubernetesRow row, Workbook workbook) {
      return new Rule(
          row,
          Reach.of(row.scope(), workbook),
          workbook.expand(row.actions()),
          Patterns.of(row.object(), row.ruling(), workbook),
          Patterns.of(row.namespace(), row.ruling(), workbook),
          Patterns.of(row.command(), row.ruling(), workbook),
          Reach.globs(workbook.lists().getOrDefault(KubeCondition.REGISTRIES_LIST, List.of())));
    }

    boolean matches(Subject subject, Resource resource, KubeRequest request) {
      return (actions.contains(ANY) || actions.contains(request.verb().toString()))
          && objects.match(request.target().object())
          && isIn(request.target())
          && runs(request)
          && reach.covers(subject.groups(), resource)
          && row.condition().holds(request, this::isForeign);
    }

    /** A pattern is about requests that run something. */
    private boolean runs(KubeRequest request) {
      return row.command().equals(KubernetesRow.ANY_COMMAND)
          || (!request.command().isEmpty() && commands.match(request.commandLine()));
    }

    private boolean isIn(KubeRequest.Target target) {
      return covers(target)
          || (target.mayBeEverywhere() && row.ruling().verdict() != Verdict.ALLOW);
    }

    /** Whether the row speaks of all that the request is about, not of a part of it. */
    boolean covers(KubeRequest.Target target) {
      return target.namespace().isEmpty()
          ? namespaces.has(ANY) || namespaces.has(KubernetesRow.NO_NAMESPACE)
          : namespaces.match(target.namespace());
    }

    private boolean isForeign(String image) {
      return registries.stream().noneMatch(glob -> glob.matches(image));
    }
  }

  private final Workbook workbook;
  private final List<Rule> rules;

  KubeRules(Workbook workbook) {
    this.workbook = workbook;
    rules = workbook.kubernetes().stream().map(row -> Rule.of(row, workbook)).toList();
  }

  /** What is to be masked in what comes back. */
  MaskPlan judge(Subject subject, Resource resource, KubeRequest request, Judgement judgement) {
    String part = request.toString();
    boolean found = false;
    List<MaskRule> masks = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.matches(subject, resource, request)) {
        boolean counts =
            judgement.add(rule.row(), rule.row().ruling(), part + place(rule.row(), request));
        found |= counts && rule.covers(request.target());
        if (counts && rule.row().ruling().verdict() == Verdict.MASK) {
          masks.addAll(masks(rule.row(), part));
        }
      }
    }
    if (!found) {
      judgement.unmatched(part, part, subject.groups());
    }
    return new MaskPlan(masks);
  }

  /** Where it stands, for who has to mend it. */
  private static String place(KubernetesRow row, KubeRequest request) {
    return row.condition()
        .trait()
        .map(request.body().fields()::get)
        .map(field -> ": " + field)
        .orElse("");
  }

  private List<MaskRule> masks(KubernetesRow row, String part) {
    return workbook.expand(row.object()).stream()
        .map(
            object ->
                new MaskRule(
                    new Glob(object.toLowerCase(Locale.ROOT)),
                    Glob.ANY,
                    Masker.REDACT,
                    Judgement.matched(row, Verdict.MASK, part)))
        .toList();
  }
}
