package dev.countersign.decision.resource;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry of resources. */
public final class Resources {

  private final Map<String, Upstream> upstreams;

  public Resources(Collection<? extends Upstream> upstreams) {
    this.upstreams =
        upstreams.stream()
            .collect(toUnmodifiableMap(upstream -> upstream.resource().name(), identity()));
  }

  /** The resource of that name, if there is one of that kind. */
  public <U extends Upstream> Optional<U> find(Class<U> kind, String name) {
    return Optional.ofNullable(upstreams.get(name)).filter(kind::isInstance).map(kind::cast);
  }

  /** All of them, ordered by name. */
  public List<Upstream> all() {
    return upstreams.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }
}
