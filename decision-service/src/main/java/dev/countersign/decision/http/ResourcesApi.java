package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.DeclaredResources;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.decision.resource.Resources;
import dev.countersign.rules.fact.Subject;
import java.util.Set;

/**
 * What the API needs to let operators declare resources.
 *
 * @param operators the group whose members may
 * @param viewers groups whose members may look at how a resource is and how it is doing
 */
public record ResourcesApi(
    Resources registry,
    DeclaredResources declared,
    ResourceHealth health,
    String operators,
    Set<String> viewers) {

  public ResourcesApi {
    requireNonNull(registry, "registry");
    requireNonNull(declared, "declared");
    requireNonNull(health, "health");
    requireNonNull(operators, "operators");
    viewers = Set.copyOf(viewers);
  }

  boolean mayChange(Subject subject) {
    return subject.kind() == Subject.Kind.HUMAN && subject.groups().contains(operators);
  }

  /** Whether somebody may look at how resources are doing. */
  public boolean mayLook(Subject subject) {
    return mayChange(subject)
        || (subject.kind() == Subject.Kind.HUMAN
            && subject.groups().stream().anyMatch(viewers::contains));
  }
}
