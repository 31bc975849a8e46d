package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;

/** Puts examples to the policy itself: nothing is shown that was not asked. */
final class Oracle {

  /** Names that read better than {@link Globs#ANYTHING}, where the policy treats them the same. */
  private static final List<String> NICER = List.of("anything", "x1", "some_thing");

  private final PolicyVersion policy;
  private final Resource.Kind kind;

  /**
   * @param kind on whose sheet the points are
   */
  Oracle(PolicyVersion policy, Resource.Kind kind) {
    this.policy = policy;
    this.kind = kind;
  }

  Witness ask(Area.Point point) {
    Decision decision = decide(point);
    List<String> rules = rules(decision);
    Area.Point shown =
        NICER.stream()
            .map(name -> replaced(point, name))
            .filter(nicer -> rules(decide(nicer)).equals(rules))
            .findFirst()
            .orElse(point);
    return new Witness(
        point.groups(),
        shown.values().get(Sheets.AT_RESOURCE),
        shown.values().get(Sheets.AT_ENVIRONMENT),
        Questions.of(kind, shown).text(),
        decision.verdict(),
        decision.why().deciding().rule());
  }

  /** The ids of all rows that match, the deciding one first. */
  List<String> rules(Area.Point point) {
    return rules(decide(point));
  }

  private static List<String> rules(Decision decision) {
    return decision.why().rows().stream().map(MatchedRow::rule).toList();
  }

  private static Area.Point replaced(Area.Point point, String name) {
    return new Area.Point(
        point.groups(),
        point.values().stream().map(value -> value.replace(Globs.ANYTHING, name)).toList());
  }

  Decision decide(Area.Point point) {
    Command command = Questions.of(kind, point);
    return policy.decide(command.subject(), command.resource(), command.acts().getFirst());
  }
}
