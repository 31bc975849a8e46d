package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Map;
import java.util.Set;

/**
 * A registered target.
 *
 * @param name its unique name, e.g. {@code orders}
 * @param kind which front door leads to it
 * @param labels free labels; {@code environment} is the one rules know by name
 */
public record Resource(String name, Kind kind, Map<String, String> labels) {

  /** The front door that leads to a resource. */
  public enum Kind {
    POSTGRES,
    GIT,
    KUBERNETES
  }

  public Resource {
    requireNonNull(name, "name");
    requireNonNull(kind, "kind");
    labels = Map.copyOf(labels);
  }

  /** The label {@code environment}, or the empty string. */
  public String environment() {
    return labels.getOrDefault("environment", "");
  }

  /** Its labels as {@code name=value}, for rule packs. */
  public Set<String> labelled() {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(toUnmodifiableSet());
  }
}
