package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.http.PolicyApi;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.policy.Policy;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The policy as the console sees it.
 *
 * @param current what is in force
 * @param versions where versions are kept, if they are
 * @param parser the facts of a SQL text; it throws {@link IllegalArgumentException} on others
 */
public record PolicyParts(
    Policy current, Optional<PolicyApi> versions, Function<String, List<SqlStatement>> parser) {

  public PolicyParts {
    requireNonNull(current, "current");
    requireNonNull(versions, "versions");
    requireNonNull(parser, "parser");
  }
}
