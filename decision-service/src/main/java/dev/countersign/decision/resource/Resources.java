package dev.countersign.decision.resource;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registry of resources: those of the configuration, which stay, and those that were declared
 * over the API, which come and go. A name of the configuration is never another's.
 */
public final class Resources {

  private final Map<String, Upstream> configured;
  private volatile Map<String, Upstream> upstreams;

  public Resources(Collection<? extends Upstream> configured) {
    this.configured =
        configured.stream()
            .collect(toUnmodifiableMap(upstream -> upstream.resource().name(), identity()));
    this.upstreams = this.configured;
  }

  /** Replaces all that was declared besides the configuration. */
  void declare(Map<String, Upstream> declared) {
    Map<String, Upstream> all = new HashMap<>(declared);
    all.putAll(configured);
    upstreams = Map.copyOf(all);
  }

  /** Whether it is in the configuration, and so nobody's to change here. */
  public boolean isConfigured(String name) {
    return configured.containsKey(name);
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
