package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.BodyFacts;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.CanonicalPath;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.request.RequestInfo;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.request.Workload;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Details;
import dev.countersign.rules.fact.KubeRequest.Replicas;
import dev.countersign.rules.fact.KubeRequest.Trait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request that was understood: everything that is forwarded of it is made from here.
 *
 * @param query without what the path says already
 * @param format of the body, if there is one
 * @param body empty where there is none
 */
record Asked(
    String method,
    CanonicalPath path,
    Query query,
    RequestInfo info,
    Optional<BodyReader.Format> format,
    Optional<JsonNode> body,
    KubeRequest facts) {

  private static final Set<String> STREAMED = Set.of("exec", "attach", "portforward");

  /** What is done whether somebody asks for a dry run or not. */
  private static final Set<String> NEVER_DRY =
      Set.of("exec", "attach", "portforward", "proxy", "token");

  private static final Set<String> READABLE =
      Set.of("scale", "status", "ephemeralcontainers", "resize", "approval");

  /** What the API server makes where it is not there to be updated. */
  private static final Set<String> CREATED_BY_UPDATE =
      Set.of(
          "endpoints",
          "events",
          "limitranges",
          "podtemplates",
          "services",
          "leases.coordination.k8s.io",
          "priorityclasses.scheduling.k8s.io",
          "roles.rbac.authorization.k8s.io",
          "rolebindings.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io");

  /** Where an object does not say how many run, one does; where the scale of one does not, none. */
  private static final Set<String> WORKLOADS =
      Set.of("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers");

  /**
   * Reads a request whole.
   *
   * @param target path and query below the cluster's own part of the path
   * @throws UnclearRequestException if it could mean two things
   */
  static Asked read(HttpExchange exchange, String target, int longestBody)
      throws UnclearRequestException, IOException {
    int mark = target.indexOf('?');
    CanonicalPath path = CanonicalPath.parse(mark < 0 ? target : target.substring(0, mark));
    Query query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
    RequestInfo info = RequestInfo.of(exchange.method(), path, query);
    checkDryRun(info, query);
    byte[] bytes = exchange.body(longestBody).readAllBytes();
    Optional<BodyReader.Format> format = Optional.empty();
    Optional<JsonNode> body = Optional.empty();
    if (bytes.length > 0) {
      if (STREAMED.contains(info.subresource())
          || exchange.method().equals("GET")
          || exchange.headers().first("content-encoding").isPresent()) {
        throw new UnclearRequestException(400, "a body where none is read, or a compressed one");
      }
      BodyReader.Format read =
          BodyReader.format(exchange.headers().first("content-type").orElse(""));
      format = Optional.of(read);
      body = Optional.of(BodyReader.read(read, bytes));
    }
    return new Asked(
        exchange.method(),
        path,
        query,
        info,
        format,
        body,
        facts(info, query, body, isDryRun(info, query, body), impersonates(exchange.headers())));
  }

  private static void checkDryRun(RequestInfo info, Query query) throws UnclearRequestException {
    Optional<String> dryRun = query.first("dryRun");
    if (dryRun.isPresent() && !dryRun.get().equals("All")) {
      throw new UnclearRequestException(400, "dryRun is All, or is not there");
    }
    boolean stores = info.verb().changesState() && !NEVER_DRY.contains(info.subresource());
    if (dryRun.isPresent() && !stores) {
      throw new UnclearRequestException(400, "a dryRun of something that stores nothing");
    }
  }

  /**
   * The options of a deletion stand in its body, and only where it has none in the query. In any
   * other body {@code dryRun} is a field that nobody reads.
   */
  private static boolean isDryRun(RequestInfo info, Query query, Optional<JsonNode> body)
      throws UnclearRequestException {
    boolean inQuery = query.first("dryRun").isPresent();
    if (!deletes(info) || body.isEmpty()) {
      return inQuery;
    }
    JsonNode options = body.get().path("dryRun");
    boolean inBody = options.size() == 1 && options.get(0).asText().equals("All");
    if (inQuery && !inBody) {
      throw new UnclearRequestException(
          400,
          "dryRun=All in the query, which the API server does not read where a deletion has a"
              + " body: write it there, \"dryRun\": [\"All\"]");
    }
    return inBody;
  }

  private static boolean deletes(RequestInfo info) {
    return info.verb() == KubeRequest.Verb.DELETE
        || info.verb() == KubeRequest.Verb.DELETECOLLECTION;
  }

  private static KubeRequest facts(
      RequestInfo info,
      Query query,
      Optional<JsonNode> body,
      boolean dryRun,
      boolean impersonates) {
    KubeRequest.Body brings =
        body.map(content -> BodyFacts.of(info, content)).orElse(KubeRequest.Body.NONE);
    Map<Trait, String> more = new EnumMap<>(Trait.class);
    if (impersonates) {
      more.put(Trait.IMPERSONATION, "Impersonate-User");
    }
    if (Set.of("exec", "attach").contains(info.subresource()) && query.isTrue("stdin")) {
      more.put(Trait.INTERACTIVE, "stdin");
    }
    if (isUnselected(info, query)) {
      more.put(Trait.NO_SELECTOR, "no selector");
    }
    CommandLine.traits(query.all("command")).forEach(trait -> more.put(trait, "command"));
    return new KubeRequest(
        info.verb(),
        info.target(),
        brings.and(new KubeRequest.Body(more.keySet(), Set.of(), Set.of(), more)),
        dryRun,
        query.all("command"),
        details(query, body.map(Workload::of)));
  }

  private static Details details(Query query, Optional<Workload> workload) {
    return new Details(
        query.first("container").orElse(""),
        query.first("labelSelector").orElse(""),
        query.first("fieldSelector").orElse(""),
        workload.flatMap(Workload::replicas).map(after -> new Replicas(Replicas.UNKNOWN, after)),
        workload.map(Workload::limits).orElse(Set.of()));
  }

  /** Whether it is about all objects of a kind, as nothing says which. */
  private static boolean isUnselected(RequestInfo info, Query query) {
    boolean isMany =
        switch (info.verb()) {
          case LIST, WATCH, DELETECOLLECTION -> info.isResource() && info.name().isEmpty();
          case GET, CREATE, UPDATE, PATCH, DELETE, OTHER -> false;
        };
    return isMany
        && selectsNothing(query, "labelSelector")
        && selectsNothing(query, "fieldSelector");
  }

  /** Blanks, and commas between no terms, are read as no selector. */
  private static boolean selectsNothing(Query query, String selector) {
    return query.first(selector).orElse("").replace(',', ' ').isBlank();
  }

  /** Whether the client wants to be somebody else; what it sends for that is not forwarded. */
  private static boolean impersonates(HttpFields fields) {
    return fields.all().stream()
        .map(field -> field.name().toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-'))
        .anyMatch(name -> name.startsWith("impersonate-") || name.startsWith("x-remote-"));
  }

  /**
   * Whether it may make the object that it is to change, which to the API server is a creation as
   * well. An apply says so itself, in its dry run.
   */
  boolean mayCreate() {
    return info.verb() == KubeRequest.Verb.UPDATE
        && info.subresource().isEmpty()
        && CREATED_BY_UPDATE.contains(info.base());
  }

  /** The same request as the creation that it is, too. */
  Asked creating() {
    return being(KubeRequest.Verb.CREATE);
  }

  /** The same request as the deletion that it comes to. */
  Asked deleting() {
    return being(KubeRequest.Verb.DELETE);
  }

  private Asked being(KubeRequest.Verb verb) {
    return new Asked(
        method,
        path,
        query,
        info,
        format,
        body,
        new KubeRequest(
            verb, facts.target(), facts.body(), facts.dryRun(), facts.command(), facts.details()));
  }

  /** The same request, judged by what it makes of its object too. */
  Asked making(JsonNode result) {
    return with(
        query,
        facts.body().and(BodyFacts.ofResult(info, result)),
        facts.dryRun(),
        details(query, Optional.of(Workload.of(result))));
  }

  /** How many are to run then, of a change that says so, be it by saying nothing. */
  Optional<Long> replicas() {
    boolean isChange =
        info.verb() == KubeRequest.Verb.PATCH || info.verb() == KubeRequest.Verb.UPDATE;
    if (!isChange) {
      return Optional.empty();
    }
    boolean isAlwaysSaid = info.subresource().equals("scale") || WORKLOADS.contains(info.object());
    return facts
        .details()
        .replicas()
        .map(Replicas::after)
        .or(() -> isAlwaysSaid ? Optional.of(unsaidReplicas()) : Optional.empty());
  }

  /** How many run of an object that does not say. */
  long unsaidReplicas() {
    return WORKLOADS.contains(info.object()) ? 1 : 0;
  }

  /** The same request, judged by how many run now too. */
  Asked scaling(long before, long after) {
    Map<Trait, String> found = new EnumMap<>(Trait.class);
    if (after != before) {
      found.put(after > before ? Trait.SCALES_UP : Trait.SCALES_DOWN, "spec.replicas");
    }
    if (after == 0) {
      found.put(Trait.NO_REPLICAS, "spec.replicas");
    }
    Details said = facts.details();
    return with(
        query,
        facts.body().and(new KubeRequest.Body(found.keySet(), Set.of(), Set.of(), found)),
        facts.dryRun(),
        new Details(
            said.container(),
            said.labels(),
            said.fields(),
            Optional.of(new Replicas(before, after)),
            said.limits()));
  }

  /** The same request, of which nothing is stored. */
  Asked asDryRun() {
    return with(query.with("dryRun", "All"), facts.body(), true, facts.details());
  }

  private Asked with(Query other, KubeRequest.Body brings, boolean dryRun, Details details) {
    return new Asked(
        method,
        path,
        other,
        info,
        format,
        body,
        new KubeRequest(facts.verb(), facts.target(), brings, dryRun, facts.command(), details));
  }

  /** Whether bytes of files go over it, and nobody types anything. */
  boolean copiesFiles() {
    return CommandLine.copiesFiles(facts.command()) && !query.isTrue("tty");
  }

  /** Where what it changes can be looked at: most of what stands below an object cannot be read. */
  CanonicalPath shown() {
    List<String> segments = path.segments();
    return info.subresource().isEmpty() || READABLE.contains(info.subresource())
        ? path
        : new CanonicalPath(segments.subList(0, segments.size() - 1));
  }

  /** Path and query as they are forwarded. */
  String target() {
    return path.toString() + query;
  }

  byte[] bytes() {
    return body.map(BodyReader::write).orElseGet(() -> new byte[0]);
  }

  /** Whether it connects to something instead of asking for an object. */
  boolean connects() {
    return STREAMED.contains(info.subresource());
  }

  boolean isLog() {
    return info.base().equals("pods") && info.subresource().equals("log");
  }

  /**
   * Whether the API server can be asked what would come of it. A deletion cannot: it has options in
   * two places, and what a server does with them is not worth the objects.
   */
  boolean canBeDry() {
    return facts.changesState() && !deletes(info) && !NEVER_DRY.contains(info.subresource());
  }

  /** Whether its answer may be lines of text. */
  boolean isText() {
    return isLog() || info.subresource().equals("proxy");
  }

  /** Whether its answer goes on for as long as the client likes. */
  boolean isEndless() {
    return connects()
        || info.verb() == KubeRequest.Verb.WATCH
        || (isLog() && query.isTrue("follow"));
  }

  /**
   * What a human reads and what is recorded: all that will run. Values of Secrets are not shown;
   * the digest binds them.
   */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + target());
    if (body.isPresent()) {
      lines.add("Content-Type: " + format.orElseThrow().contentType());
      lines.add("Body-SHA-256: " + Digest.hex(bytes()));
      lines.add("");
      lines.add(
          ObjectMask.ofSecrets()
              .masked(body.get(), info.base().equals("secrets"))
              .toPrettyString());
    }
    return String.join("\n", lines);
  }

  /** Without the body. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
