package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;
import java.util.Locale;
import java.util.Set;

/**
 * An example, and what the policy answered when it was asked.
 *
 * @param groups of the subject that asks
 * @param resource the target's name
 * @param environment the target's environment; may be empty
 * @param command what is asked, in words, e.g. {@code DELETE public.orders without WHERE}
 * @param verdict what came out
 * @param rule the row that decided
 */
public record Witness(
    Set<String> groups,
    String resource,
    String environment,
    String command,
    Verdict verdict,
    String rule) {

  public Witness {
    groups = Set.copyOf(groups);
    requireNonNull(resource, "resource");
    requireNonNull(environment, "environment");
    requireNonNull(command, "command");
    requireNonNull(verdict, "verdict");
    requireNonNull(rule, "rule");
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "%s by %s on %s%s: %s by %s"
        .formatted(
            command,
            groups.isEmpty() ? "anybody" : String.join(", ", groups.stream().sorted().toList()),
            resource,
            environment.isEmpty() ? "" : " (" + environment + ")",
            verdict.name().toLowerCase(Locale.ROOT),
            rule);
  }
}
