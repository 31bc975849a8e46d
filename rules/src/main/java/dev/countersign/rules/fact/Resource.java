package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.Map;

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
}
