package dev.countersign.cli.policy;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.analysis.Outcome;
import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A recorded command as something that can be asked again. */
public sealed interface Replayed {

  /**
   * It can.
   *
   * @param recorded what came of it
   * @param floor what the gateway itself said of it
   */
  record Judged(Command command, Outcome recorded, Optional<Outcome> floor) implements Replayed {}

  /** The gateway refused it before any policy was asked. */
  record RefusedByGateway() implements Replayed {}

  /** What the rules saw, or who asked, is not there. */
  record Unreadable() implements Replayed {}

  /** The statements of one text were recorded as one: together they get the same verdict. */
  static Replayed of(FoundCommand found) {
    Event.CommandDecided decided = found.decided();
    List<MatchedRow> floor =
        decided.rows().stream()
            .filter(row -> row.sheet().equals(MatchedRow.BUILT_IN))
            .filter(row -> !row.rule().equals(WorkbookPolicy.DEFAULT_RULE))
            .toList();
    List<? extends Act> acts = acts(decided.facts());
    if (acts.isEmpty() && !floor.isEmpty()) {
      return new RefusedByGateway();
    }
    if (acts.isEmpty() || decided.rows().isEmpty() || found.session().isEmpty()) {
      return new Unreadable();
    }
    Event.SessionOpened session = found.session().get();
    Command command =
        new Command(
            decided.text(),
            session.subject(),
            new Resource(session.resource(), kind(decided.facts()), session.resourceLabels()),
            acts);
    return new Judged(
        command,
        Outcome.recorded(decided.rows()),
        floor.isEmpty() ? Optional.empty() : Optional.of(Outcome.recorded(floor)));
  }

  /** Nothing where the gateway did not understand it. */
  private static List<? extends Act> acts(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql ->
          sql.accesses().isEmpty()
              ? List.of()
              : List.of(new SqlStatement(sql.accesses(), Set.of(), sql.opaque()));
      case CommandFacts.Git git -> git.updates();
      case CommandFacts.Kubernetes kubernetes -> List.of(kubernetes.request());
    };
  }

  private static Resource.Kind kind(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql -> Resource.Kind.POSTGRES;
      case CommandFacts.Git git -> Resource.Kind.GIT;
      case CommandFacts.Kubernetes kubernetes -> Resource.Kind.KUBERNETES;
    };
  }
}
