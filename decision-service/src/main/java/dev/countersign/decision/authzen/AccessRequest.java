package dev.countersign.decision.authzen;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.List;

/**
 * One question of an enforcement point, in the words of the policy.
 *
 * @param masks whether whoever asks hides values as it is told to
 */
record AccessRequest(Subject subject, Resource resource, Action action, boolean masks) {

  /** What is wanted. */
  sealed interface Action {

    /** Statements that run together or not at all; never empty. */
    record Sql(List<SqlStatement> statements) implements Action {
      public Sql {
        statements = List.copyOf(statements);
        if (statements.isEmpty()) {
          throw new IllegalArgumentException("no statement");
        }
      }
    }

    record Git(RefUpdate update) implements Action {}

    record Kubernetes(KubeRequest request) implements Action {}

    /** To be let in for that long, from now on. */
    record Grant(Duration wanted) implements Action {}
  }

  AccessRequest {
    requireNonNull(subject, "subject");
    requireNonNull(resource, "resource");
    requireNonNull(action, "action");
  }
}
