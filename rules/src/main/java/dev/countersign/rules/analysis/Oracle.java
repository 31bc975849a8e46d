package dev.countersign.rules.analysis;

import static dev.countersign.rules.analysis.Sheets.AT_ACTION;
import static dev.countersign.rules.analysis.Sheets.AT_ENVIRONMENT;
import static dev.countersign.rules.analysis.Sheets.AT_OBJECT;
import static dev.countersign.rules.analysis.Sheets.AT_OPAQUE;
import static dev.countersign.rules.analysis.Sheets.AT_RESOURCE;
import static dev.countersign.rules.analysis.Sheets.AT_WHERE;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts examples to the policy itself: nothing is shown that was not asked. */
final class Oracle {

  /** Names that read better than {@link Globs#ANYTHING}, where the policy treats them the same. */
  private static final List<String> NICER = List.of("anything", "x1", "some_thing");

  private final PolicyVersion policy;

  Oracle(PolicyVersion policy) {
    this.policy = policy;
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
        shown.values().get(AT_RESOURCE),
        shown.values().get(AT_ENVIRONMENT),
        words(shown.values()),
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
    Command command = command(point);
    return policy.decide(command.subject(), command.resource(), command.acts().getFirst());
  }

  /** The point as something that can be asked. */
  static Command command(Area.Point point) {
    List<String> values = point.values();
    SqlAccess access =
        new SqlAccess(
            SqlVerb.valueOf(values.get(AT_ACTION)),
            values.get(AT_OBJECT),
            Set.of(),
            values.get(AT_WHERE).equals(Sheets.FILTERED));
    boolean opaque = values.get(AT_OPAQUE).equals(Sheets.OPAQUE);
    return new Command(
        words(values).replace(Globs.ANYTHING, "…"),
        subject(point.groups()),
        resource(Resource.Kind.POSTGRES, point),
        List.of(new SqlStatement(List.of(access), Set.of(), opaque)));
  }

  static Subject subject(Set<String> groups) {
    return new Subject("analysis", "", "", Subject.Kind.AGENT, groups, Optional.empty());
  }

  static Resource resource(Resource.Kind kind, Area.Point point) {
    String environment = point.values().get(AT_ENVIRONMENT);
    return new Resource(
        point.values().get(AT_RESOURCE),
        kind,
        environment.isEmpty() ? Map.of() : Map.of("environment", environment));
  }

  private static String words(List<String> values) {
    String object = values.get(AT_OBJECT);
    return values.get(AT_ACTION)
        + (object.isEmpty() ? "" : " " + object)
        + (values.get(AT_WHERE).equals(Sheets.UNFILTERED) ? " without WHERE" : "")
        + (values.get(AT_OPAQUE).equals(Sheets.OPAQUE) ? " (opaque)" : "");
  }
}
