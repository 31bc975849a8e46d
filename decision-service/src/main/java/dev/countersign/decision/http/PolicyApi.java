package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.rules.fact.SqlStatement;
import java.util.List;
import java.util.function.Function;

/**
 * What the API needs to answer about versions of the policy.
 *
 * @param parser the facts of a SQL text; it throws {@link IllegalArgumentException} on others
 * @param auditors the group whose members may look
 */
public record PolicyApi(
    PolicyVersions versions, Function<String, List<SqlStatement>> parser, String auditors) {

  public PolicyApi {
    requireNonNull(versions, "versions");
    requireNonNull(parser, "parser");
    requireNonNull(auditors, "auditors");
  }
}
