package dev.countersign.proxy.kubernetes.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How much a body asks for.
 *
 * @param replicas how many are to run; empty where it does not say
 * @param limits what containers may take, as {@code container memory=1Gi}
 */
public record Workload(Optional<Long> replicas, Set<String> limits) {

  /** Where a workload, and the scale of one, say how many there are to be. */
  private static final String REPLICAS = "/spec/replicas";

  private static final int MOST_LIMITS = 200;

  public Workload {
    limits = Set.copyOf(limits);
  }

  /**
   * Of an object or a patch of one.
   *
   * @param body an object, a merge patch, a strategic merge patch or a JSON patch
   */
  public static Workload of(JsonNode body) {
    Set<String> limits = new LinkedHashSet<>();
    limits(body, limits);
    return new Workload(replicas(body), limits);
  }

  private static Optional<Long> replicas(JsonNode body) {
    JsonNode found = body.at(REPLICAS);
    for (int i = 0; body.isArray() && i < body.size(); i++) {
      JsonNode operation = body.get(i);
      String path = operation.path("path").asText("");
      if (path.equals(REPLICAS)) {
        found = operation.path("value");
      } else if (path.equals("/spec") || path.isEmpty()) {
        found = operation.path("value").at(path.isEmpty() ? REPLICAS : "/replicas");
      }
    }
    return found.isIntegralNumber() ? Optional.of(found.asLong()) : Optional.empty();
  }

  private static void limits(JsonNode node, Set<String> limits) {
    String name = node.path("name").asText("");
    node.at("/resources/limits")
        .properties()
        .forEach(
            limit -> {
              if (limits.size() < MOST_LIMITS) {
                limits.add(name + " " + limit.getKey() + "=" + limit.getValue().asText());
              }
            });
    for (JsonNode part : node) {
      limits(part, limits);
    }
  }
}
