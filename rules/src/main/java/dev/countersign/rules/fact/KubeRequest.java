package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request to a Kubernetes API server, read as the server itself reads it.
 *
 * @param verb what the server's own authorization sees
 * @param target to what
 * @param body what its body asks for
 * @param dryRun whether nothing is to be stored
 * @param command the words of the command line that {@code exec} runs; empty otherwise
 * @param details what else it says
 */
public record KubeRequest(
    Verb verb, Target target, Body body, boolean dryRun, List<String> command, Details details)
    implements Act {

  /** Questions about who asks, whose answer is stored nowhere. */
  private static final Set<String> SELF_REVIEWS =
      Set.of(
          "selfsubjectaccessreviews.authorization.k8s.io",
          "selfsubjectrulesreviews.authorization.k8s.io",
          "selfsubjectreviews.authentication.k8s.io");

  /** A request that says no more. */
  public KubeRequest(Verb verb, Target target, Body body, boolean dryRun, List<String> command) {
    this(verb, target, body, dryRun, command, Details.NONE);
  }

  /** The verbs of Kubernetes' request attributes. */
  public enum Verb {
    GET(false),
    LIST(false),
    WATCH(false),
    CREATE(true),
    UPDATE(true),
    PATCH(true),
    DELETE(true),
    DELETECOLLECTION(true),
    /** An HTTP method on a path that is no resource, or one the server has no verb for. */
    OTHER(true);

    private final boolean changesState;

    Verb(boolean changesState) {
      this.changesState = changesState;
    }

    /** Whether it can change something that outlives the request. */
    public boolean changesState() {
      return changesState;
    }

    /** As kubectl and the workbook write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a request is about.
   *
   * @param object {@code resource}, {@code resource.group} or either with {@code /subresource}:
   *     {@code pods/exec}, {@code deployments.apps}; or a path that is no resource: {@code
   *     /healthz}
   * @param version of the API; empty for a path
   * @param namespace empty where the object has none, and where the request is about all of them
   * @param name empty where the request is about many
   */
  public record Target(String object, String version, String namespace, String name) {
    public Target {
      requireNonNull(object, "object");
      requireNonNull(version, "version");
      requireNonNull(namespace, "namespace");
      requireNonNull(name, "name");
    }

    /** Whether it may be about objects of every namespace: it says neither which nor whose. */
    public boolean mayBeEverywhere() {
      return namespace.isEmpty()
          && name.isEmpty()
          && !object.startsWith("/")
          && !SELF_REVIEWS.contains(object);
    }
  }

  /**
   * What the body of a request asks for.
   *
   * @param traits what it brings that may matter
   * @param images the images of all containers, as written
   * @param secretKeys keys of Secrets that are written, or read into environments and volumes
   * @param fields where each trait stands, such as {@code spec.hostNetwork}; may not know all
   */
  public record Body(
      Set<Trait> traits, Set<String> images, Set<String> secretKeys, Map<Trait, String> fields) {

    /** A request without one. */
    public static final Body NONE = new Body(Set.of(), Set.of(), Set.of());

    public Body {
      traits = Set.copyOf(traits);
      images = Set.copyOf(images);
      secretKeys = Set.copyOf(secretKeys);
      fields = Map.copyOf(fields);
    }

    /** A body of which nobody knows where its traits stand. */
    public Body(Set<Trait> traits, Set<String> images, Set<String> secretKeys) {
      this(traits, images, secretKeys, Map.of());
    }

    /** What both bring: a patch, and what comes of it. */
    public Body and(Body other) {
      Map<Trait, String> places = new HashMap<>(other.fields);
      places.putAll(fields);
      return new Body(
          union(traits, other.traits),
          union(images, other.images),
          union(secretKeys, other.secretKeys),
          places);
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
      Set<T> both = new HashSet<>(one);
      both.addAll(other);
      return both;
    }
  }

  /**
   * What else a request says.
   *
   * @param container that exec, attach and log are about; empty where the server chooses
   * @param labels the label selector, as written
   * @param fields the field selector, as written
   * @param replicas how many of a workload there are to be, if it says so
   * @param limits what containers may take, as {@code container memory=1Gi}
   */
  public record Details(
      String container,
      String labels,
      String fields,
      Optional<Replicas> replicas,
      Set<String> limits) {

    public static final Details NONE = new Details("", "", "", Optional.empty(), Set.of());

    public Details {
      requireNonNull(container, "container");
      requireNonNull(labels, "labels");
      requireNonNull(fields, "fields");
      requireNonNull(replicas, "replicas");
      limits = Set.copyOf(limits);
    }
  }

  /**
   * A change of how many of a workload run.
   *
   * @param before how many there are to be now; -1 where nobody knows
   * @param after how many there are to be then
   */
  public record Replicas(long before, long after) {

    /** Nobody has looked how many there are. */
    public static final long UNKNOWN = -1;
  }

  /** Something a request brings along that reaches further than its object. */
  public enum Trait {
    /** A container with all rights of its node. */
    PRIVILEGED,
    /** A volume that is a directory of the node. */
    HOST_PATH,
    /** The node's network, processes or semaphores. */
    HOST_NAMESPACE,
    /** A container with a capability that the runtime does not give by itself. */
    ADDED_CAPABILITY,
    /** A service account other than the namespace's own. */
    SERVICE_ACCOUNT,
    /** Roles, bindings and whatever else grants rights. */
    GRANTS_RIGHTS,
    /** A webhook that sees or changes what others ask for. */
    ADMISSION_WEBHOOK,
    /** A new kind of object. */
    CUSTOM_RESOURCE,
    /** Another identity than one's own. */
    IMPERSONATION,
    /** A command whose input somebody types, or pipes: what it does its words do not tell. */
    INTERACTIVE,
    /**
     * A command that is a shell or another interpreter: what it does stands in one of its words.
     */
    SHELL,
    /** A command by which files are copied: kubectl cp is tar. */
    FILE_COPY,
    /** A container that may take all the memory of its node. */
    NO_LIMITS,
    /** A workload of which nothing is to run any more. */
    NO_REPLICAS,
    /** A workload of which more is to run than does. */
    SCALES_UP,
    /** A workload of which less is to run than does. */
    SCALES_DOWN,
    /** Many objects, and no selector says which: all there are. */
    NO_SELECTOR
  }

  public KubeRequest {
    requireNonNull(verb, "verb");
    requireNonNull(target, "target");
    requireNonNull(body, "body");
    command = List.copyOf(command);
    requireNonNull(details, "details");
  }

  /** The words of its command in one line. */
  public String commandLine() {
    return String.join(" ", command);
  }

  /** Whether carrying it out can change something that outlives it. */
  public boolean changesState() {
    return verb.changesState() && !dryRun;
  }

  /** In words: {@code create pods/exec web-1 in shop}, {@code delete namespaces shop}. */
  @Override
  public String toString() {
    boolean isInside = !target.namespace().isEmpty() && !isNamespace();
    return verb
        + " "
        + target.object()
        + (target.name().isEmpty() ? "" : " " + target.name())
        + (isInside ? " in " + target.namespace() : "");
  }

  /** To an API server a namespace is in itself; nobody says so. */
  private boolean isNamespace() {
    return target.object().equals("namespaces") || target.object().startsWith("namespaces/");
  }
}
