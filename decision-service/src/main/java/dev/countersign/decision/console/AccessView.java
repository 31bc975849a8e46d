package dev.countersign.decision.console;

import dev.countersign.decision.grant.Grant;
import dev.countersign.decision.grant.Grant.State;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who has what: grants that hold or are wished for, and what there is to ask for.
 *
 * @param current grants that have not ended, the reader's own first
 * @param past those that have
 * @param mayLook whether the reader may see how resources are doing
 * @param problem why a wish was not taken
 * @param wish what the reader had written then
 */
record AccessView(
    List<Item> current,
    List<Item> past,
    List<Target> targets,
    boolean mayLook,
    Optional<String> problem,
    Map<String, String> wish) {

  AccessView {
    current = List.copyOf(current);
    past = List.copyOf(past);
    targets = List.copyOf(targets);
    wish = Map.copyOf(wish);
  }

  /** What is written in a field of the form. */
  String written(String field) {
    return wish.getOrDefault(field, "");
  }

  /**
   * A grant.
   *
   * @param writer of the reason, for a reader who has not to believe it
   * @param own whether it is the reader's
   * @param mayEnd whether the reader may take it back
   */
  record Item(
      String id,
      State state,
      String who,
      Optional<String> onBehalfOf,
      String resource,
      String scope,
      String reason,
      String writer,
      Instant from,
      Instant until,
      boolean once,
      String rule,
      Optional<String> approval,
      Instant requested,
      Optional<String> ending,
      boolean own,
      boolean mayEnd) {

    static Item of(Grant grant, boolean own, boolean mayEnd) {
      return new Item(
          grant.id(),
          grant.state(),
          Shown.line(grant.subject().name()),
          grant.subject().onBehalfOf().map(Shown::line),
          Shown.line(grant.resource()),
          Shown.line(grant.scope().inWords()),
          Shown.line(grant.reason()),
          grant.subject().kind() == Subject.Kind.AGENT
              ? "the agent"
              : Shown.line(grant.subject().name()),
          grant.from(),
          grant.until(),
          grant.once(),
          Shown.line(grant.rule()),
          grant.approval(),
          grant.requested(),
          grant.ending().map(Item::ending),
          own,
          mayEnd && isCurrent(grant.state()));
    }

    private static String ending(Grant.Ending ending) {
      return ending.by().map(by -> "by " + Shown.line(by.name()) + ": ").orElse("")
          + Shown.line(ending.comment());
    }

    static boolean isCurrent(State state) {
      return switch (state) {
        case REQUESTED, GIVEN -> true;
        case DENIED, EXPIRED, REVOKED, USED -> false;
      };
    }

    String stateName() {
      return state.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something to ask for.
   *
   * @param open how many sessions are open there, of those that the reader may see
   * @param health whether the gateway gets in there, if that is known and for the reader
   */
  record Target(
      String name,
      String kind,
      List<String> labels,
      long open,
      Optional<ResourceHealth.Answer> health) {

    static Target of(Resource resource, long open, Optional<ResourceHealth.Answer> health) {
      return new Target(
          Shown.line(resource.name()),
          resource.kind().name().toLowerCase(Locale.ROOT),
          resource.labels().entrySet().stream()
              .map(label -> Shown.line(label.getKey() + "=" + label.getValue()))
              .sorted()
              .toList(),
          open,
          health);
    }
  }
}
