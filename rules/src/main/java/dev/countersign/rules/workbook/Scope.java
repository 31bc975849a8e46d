package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Whom and where a row is about: its cells Groups, Resource and Environment as written.
 *
 * @param groups group names and {@code @list} references, or {@code *} alone
 * @param resource a name pattern or an {@code @list}
 * @param environment a name, or {@code *}
 */
public record Scope(List<String> groups, String resource, String environment) {

  public Scope {
    groups = List.copyOf(groups);
    requireNonNull(resource, "resource");
    requireNonNull(environment, "environment");
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a row names its groups");
    }
  }
}
