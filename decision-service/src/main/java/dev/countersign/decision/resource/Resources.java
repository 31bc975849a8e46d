package dev.countersign.decision.resource;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The registry of resources. */
public final class Resources {

  private final Map<String, PostgresUpstream> postgres;

  public Resources(Collection<PostgresUpstream> postgres) {
    this.postgres =
        postgres.stream()
            .collect(toUnmodifiableMap(upstream -> upstream.resource().name(), identity()));
  }

  public Optional<PostgresUpstream> postgres(String name) {
    return Optional.ofNullable(postgres.get(name));
  }

  public Collection<PostgresUpstream> postgres() {
    return postgres.values();
  }
}
