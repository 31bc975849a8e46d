package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The objects of the cluster, and who watches them. */
final class Objects {

  /** What became of an object, and the version of everything since then. */
  record Change(long version, String type, Kind kind, ObjectNode object) {}

  /** Changes that a watch may still begin before. */
  private static final int REMEMBERED = 1_024;

  private final Map<String, ObjectNode> stored = new ConcurrentSkipListMap<>();
  private final List<Consumer<Change>> watchers = new CopyOnWriteArrayList<>();
  private final Deque<Change> past = new ArrayDeque<>();
  private long version = 1_000;

  private static String key(Kind kind, String namespace, String name) {
    return kind.group() + "/" + kind.plural() + "/" + namespace + "/" + name;
  }

  Optional<ObjectNode> find(Kind kind, String namespace, String name) {
    return Optional.ofNullable(stored.get(key(kind, namespace, name))).map(ObjectNode::deepCopy);
  }

  /** In the order of their names; an empty namespace means all of them. */
  List<ObjectNode> list(Kind kind, String namespace) {
    String prefix =
        kind.group() + "/" + kind.plural() + "/" + (namespace.isEmpty() ? "" : namespace + "/");
    List<ObjectNode> found = new ArrayList<>();
    stored.forEach(
        (key, object) -> {
          if (key.startsWith(prefix)) {
            found.add(object);
          }
        });
    return found;
  }

  /** Fills in what a server fills in. */
  synchronized ObjectNode complete(Kind kind, String namespace, ObjectNode object) {
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.kind());
    ObjectNode metadata = object.withObjectProperty("metadata");
    if (kind.namespaced()) {
      metadata.put("namespace", namespace);
    }
    if (metadata.path("uid").asText("").isEmpty()) {
      metadata.put("uid", UUID.randomUUID().toString());
      metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
    metadata.put("resourceVersion", Long.toString(version));
    return object;
  }

  synchronized ObjectNode put(Kind kind, String namespace, ObjectNode object) {
    version++;
    ObjectNode complete = complete(kind, namespace, object.deepCopy());
    String key = key(kind, namespace, complete.path("metadata").path("name").asText());
    boolean isNew = stored.put(key, complete) == null;
    tell(new Change(version, isNew ? "ADDED" : "MODIFIED", kind, complete));
    return complete.deepCopy();
  }

  synchronized Optional<ObjectNode> remove(Kind kind, String namespace, String name) {
    Optional<ObjectNode> removed = Optional.ofNullable(stored.remove(key(kind, namespace, name)));
    version++;
    removed.ifPresent(object -> tell(new Change(version, "DELETED", kind, object)));
    return removed;
  }

  private void tell(Change change) {
    past.addLast(change);
    if (past.size() > REMEMBERED) {
      past.removeFirst();
    }
    watchers.forEach(watcher -> watcher.accept(change));
  }

  synchronized String version() {
    return Long.toString(version);
  }

  /**
   * Told of every change, under the lock: quick and without waiting.
   *
   * @param since the version that the watcher knows already
   */
  synchronized AutoCloseable watch(long since, Consumer<Change> watcher) {
    past.stream().filter(change -> change.version() > since).forEach(watcher);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }
}
