package dev.countersign.proxy.kubernetes.request;

import dev.countersign.rules.fact.KubeRequest.Target;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a method, a path and a query ask for: the API server's own {@code RequestInfo}, but that
 * whatever connects to something is the verb create, whichever method it comes with.
 *
 * @param group of the API; empty for the core
 * @param version of the API; empty where the path is no resource
 * @param namespace empty where there is none, and where it is about all of them
 * @param resource empty where the path is no resource
 * @param subresource empty for the object itself
 * @param name empty where it is about many
 * @param rest behind {@code proxy}: the path there, else empty
 * @param path as it was sent
 */
public record RequestInfo(
    Verb verb,
    String group,
    String version,
    String namespace,
    String resource,
    String subresource,
    String name,
    String rest,
    String path) {

  /** Of namespaces themselves, where the third segment is no resource of the namespace. */
  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

  private static final Set<String> CONNECTS = Set.of("exec", "attach", "portforward", "proxy");

  /** Groups that served the same objects before, and the events that two groups share. */
  private static final Map<String, String> SAME =
      Map.of(
          "deployments.extensions", "deployments.apps",
          "daemonsets.extensions", "daemonsets.apps",
          "replicasets.extensions", "replicasets.apps",
          "ingresses.extensions", "ingresses.networking.k8s.io",
          "networkpolicies.extensions", "networkpolicies.networking.k8s.io",
          "events.events.k8s.io", "events");

  /**
   * Reads a request.
   *
   * @throws UnclearRequestException if the API server would read it in a way that is not sure
   */
  public static RequestInfo of(String method, CanonicalPath path, Query query)
      throws UnclearRequestException {
    List<String> segments = path.segments();
    boolean isCore = !segments.isEmpty() && segments.getFirst().equals("api");
    boolean isGroup = !segments.isEmpty() && segments.getFirst().equals("apis");
    int head = isCore ? 2 : 3;
    if ((!isCore && !isGroup) || segments.size() <= head) {
      return plain(method, path);
    }
    return resource(
        method,
        path,
        query,
        isCore ? "" : segments.get(1),
        segments.get(head - 1),
        segments.subList(head, segments.size()));
  }

  private static RequestInfo plain(String method, CanonicalPath path) {
    Verb verb = method.equals("GET") || method.equals("HEAD") ? Verb.GET : Verb.OTHER;
    return new RequestInfo(verb, "", "", "", "", "", "", "", path.toString());
  }

  private static RequestInfo resource(
      String method,
      CanonicalPath path,
      Query query,
      String group,
      String version,
      List<String> all)
      throws UnclearRequestException {
    List<String> parts = all;
    boolean watches = false;
    switch (parts.getFirst()) {
      case "proxy" -> throw UnclearRequestException.malformed("the old way to a proxy");
      case "watch" -> {
        if (parts.size() < 2 || !method.equals("GET")) {
          throw UnclearRequestException.malformed("a watch of nothing");
        }
        watches = true;
        parts = parts.subList(1, parts.size());
      }
      default -> {}
    }
    String namespace = "";
    if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
      namespace = parts.get(1);
      if (parts.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(parts.get(2))) {
        parts = parts.subList(2, parts.size());
      }
    }
    String resource = parts.getFirst();
    String name = parts.size() > 1 ? parts.get(1) : "";
    String subresource = parts.size() > 2 ? parts.get(2) : "";
    if (parts.size() > 3 && !subresource.equals("proxy")) {
      throw UnclearRequestException.malformed("segments behind a subresource");
    }
    String rest = parts.size() > 3 ? "/" + String.join("/", parts.subList(3, parts.size())) : "";
    if (!subresource.equals("proxy")) {
      checkName(resource);
      checkName(subresource);
    }
    boolean asksForMany = name.isEmpty() && isRead(method);
    if (query.first("watch").isPresent() && !asksForMany) {
      throw UnclearRequestException.malformed("a watch of one name; use a fieldSelector");
    }
    Verb verb =
        CONNECTS.contains(subresource)
            ? Verb.CREATE
            : verb(method, name, watches, query.isTrue("watch"));
    if (name.isEmpty() && (verb == Verb.LIST || verb == Verb.WATCH)) {
      name = selectedName(query).orElse("");
    }
    return new RequestInfo(
        verb, group, version, namespace, resource, subresource, name, rest, path.toString());
  }

  private static boolean isRead(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  private static Verb verb(String method, String name, boolean watchPath, boolean watchParameter) {
    return switch (method) {
      case "POST" -> Verb.CREATE;
      case "PUT" -> Verb.UPDATE;
      case "PATCH" -> Verb.PATCH;
      case "DELETE" -> name.isEmpty() ? Verb.DELETECOLLECTION : Verb.DELETE;
      case "GET", "HEAD" -> {
        if (watchPath) {
          yield Verb.WATCH;
        }
        if (!name.isEmpty()) {
          yield Verb.GET;
        }
        yield watchParameter ? Verb.WATCH : Verb.LIST;
      }
      default -> Verb.OTHER;
    };
  }

  /** Names of resources are DNS labels; whatever else is no resource of any server. */
  private static void checkName(String name) throws UnclearRequestException {
    if (!name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
      throw UnclearRequestException.malformed("no name of a resource");
    }
  }

  /** A list of what has one name is about that name. */
  private static Optional<String> selectedName(Query query) {
    for (String term : query.first("fieldSelector").orElse("").split(",", -1)) {
      for (String equals : List.of("metadata.name==", "metadata.name=")) {
        if (term.startsWith(equals)) {
          return Optional.of(term.substring(equals.length())).filter(name -> !name.isEmpty());
        }
      }
    }
    return Optional.empty();
  }

  public boolean isResource() {
    return !resource.isEmpty();
  }

  /** The name that rules know: {@code deployments.apps/scale}, or a path. */
  public String object() {
    return isResource() ? base() + (subresource.isEmpty() ? "" : "/" + subresource) : path;
  }

  /** Without the subresource. */
  public String base() {
    String written = group.isEmpty() ? resource : resource + "." + group;
    return SAME.getOrDefault(written, written);
  }

  /** What the rules see. */
  public Target target() {
    return new Target(object(), version, namespace, name);
  }
}
