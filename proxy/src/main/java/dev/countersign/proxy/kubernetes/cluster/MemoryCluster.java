package dev.countersign.proxy.kubernetes.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.HttpDoor;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.frontdoor.HttpsListener;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.CanonicalPath;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.request.RequestInfo;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A cluster in memory, listening for HTTPS. Objects are stored as they are sent; nothing runs.
 * Whoever has the token may do everything.
 */
public final class MemoryCluster implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_BODY = 8 << 20;

  private final String token;
  private final Objects objects = new Objects();
  private final Watches watches = new Watches(objects);
  private final PodTerminal terminal = new PodTerminal();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpsListener listener;
  private final int port;

  /** A request that reached the cluster. */
  public record Seen(String method, String target, HttpFields fields) {}

  /**
   * Starts a cluster with nothing but its namespaces.
   *
   * @param config where it listens
   * @param token who has it may do everything
   */
  public static MemoryCluster start(HttpsConfig config, String token) throws IOException {
    return new MemoryCluster(config, token);
  }

  private MemoryCluster(HttpsConfig config, String token) throws IOException {
    this.token = token;
    HttpDoor door = this::handle;
    listener =
        new HttpsListener(
            config,
            Map.of(
                "api", door, "apis", door, "openapi", door, "version", door, "healthz", door,
                "logs", door));
    port = listener.start().getPort();
  }

  public int port() {
    return port;
  }

  /** What has been asked for, in order. */
  public List<Seen> seen() {
    return seen;
  }

  /**
   * Stores an object.
   *
   * @param yaml its manifest; {@code metadata.namespace} says where
   */
  public void create(String yaml) {
    try {
      ObjectNode object =
          (ObjectNode) BodyReader.read(BodyReader.Format.YAML, yaml.getBytes(UTF_8));
      Kind kind =
          Kind.ALL.stream()
              .filter(each -> each.kind().equals(object.path("kind").asText()))
              .findFirst()
              .orElseThrow();
      objects.put(
          kind,
          kind.namespaced() ? object.at("/metadata/namespace").asText("default") : "",
          object);
    } catch (UnclearRequestException e) {
      throw new IllegalArgumentException(e.reason(), e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException, InterruptedException {
    seen.add(new Seen(exchange.method(), exchange.target(), exchange.headers()));
    if (!exchange.headers().first("authorization").equals(Optional.of("Bearer " + token))) {
      answer(exchange, 401, status(401, "Unauthorized", "Unauthorized"));
      return;
    }
    String[] target = exchange.target().split("\\?", 2);
    try {
      CanonicalPath path = CanonicalPath.parse(target[0]);
      Query query = Query.parse(target.length > 1 ? target[1] : "");
      RequestInfo info = RequestInfo.of(exchange.method(), path, query);
      if (info.isResource()) {
        resource(exchange, info, query);
      } else {
        plain(exchange, path);
      }
    } catch (UnclearRequestException e) {
      answer(exchange, e.status(), status(e.status(), "BadRequest", e.reason()));
    }
  }

  private void plain(HttpExchange exchange, CanonicalPath path) throws IOException {
    String accept = String.join(",", exchange.headers().values("accept"));
    boolean aggregated = accept.contains("as=APIGroupDiscoveryList");
    List<String> segments = path.segments();
    switch (segments.getFirst()) {
      case "version" ->
          answer(
              exchange,
              200,
              JSON.createObjectNode()
                  .put("major", "1")
                  .put("minor", "32")
                  .put("gitVersion", "v1.32.0")
                  .put("platform", "linux/amd64"));
      case "api", "apis", "openapi" -> {
        if (aggregated && segments.size() == 1) {
          write(
              exchange,
              200,
              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
              Discovery.aggregated(segments.getFirst().equals("api")));
          return;
        }
        Optional<ObjectNode> found = described(String.join("/", segments));
        if (found.isPresent()) {
          answer(exchange, 200, found.get());
        } else {
          answer(exchange, 404, status(404, "NotFound", "the server could not find it"));
        }
      }
      default -> answer(exchange, 200, JSON.createObjectNode().put("status", "ok"));
    }
  }

  private static Optional<ObjectNode> described(String path) {
    if (path.equals("api")) {
      ObjectNode versions = JSON.createObjectNode().put("kind", "APIVersions");
      versions.putArray("versions").add("v1");
      return Optional.of(versions);
    }
    if (path.equals("apis")) {
      return Optional.of(Discovery.groupList());
    }
    if (path.equals("openapi/v3")) {
      return Optional.of(Discovery.openApiIndex());
    }
    for (List<Kind> kinds : Discovery.groups().values()) {
      String root = kinds.getFirst().root();
      if (path.equals(root)) {
        return Optional.of(Discovery.resourceList(kinds));
      }
      if (path.equals("openapi/v3/" + root)) {
        return Optional.of(Discovery.openApi(kinds));
      }
    }
    return Optional.empty();
  }

  private void resource(HttpExchange exchange, RequestInfo info, Query query)
      throws IOException, InterruptedException, UnclearRequestException {
    Optional<Kind> found = Kind.find(info.group(), info.resource());
    if (found.isEmpty()) {
      answer(exchange, 404, status(404, "NotFound", "the server could not find the resource"));
      return;
    }
    Kind kind = found.get();
    String namespace = kind.namespaced() ? info.namespace() : "";
    switch (info.subresource()) {
      case "log" -> terminal.log(exchange, query);
      case "exec", "attach" -> terminal.exec(exchange, query);
      case "scale" -> scale(exchange, info, kind, query);
      default -> object(exchange, info, kind, namespace, query);
    }
  }

  private void object(
      HttpExchange exchange, RequestInfo info, Kind kind, String namespace, Query query)
      throws IOException, InterruptedException, UnclearRequestException {
    Verb verb = info.verb();
    switch (verb) {
      case LIST -> list(exchange, kind, namespace, info.name(), query);
      case WATCH ->
          watches.serve(
              exchange,
              kind,
              namespace,
              info.name(),
              since(query),
              asTable(exchange),
              whole(query));
      case CREATE -> {
        ObjectNode object = (ObjectNode) body(exchange);
        String name = object.at("/metadata/name").asText();
        if (objects.find(kind, namespace, name).isPresent()) {
          answer(exchange, 409, status(409, "AlreadyExists", name + " already exists"));
        } else {
          store(exchange, 201, kind, namespace, object, query);
        }
      }
      case DELETE -> delete(exchange, info, kind, namespace, query);
      case GET, PATCH, UPDATE -> existing(exchange, info, kind, namespace, query);
      case DELETECOLLECTION, OTHER ->
          answer(exchange, 405, status(405, "MethodNotAllowed", "not served here"));
    }
  }

  private void existing(
      HttpExchange exchange, RequestInfo info, Kind kind, String namespace, Query query)
      throws IOException, UnclearRequestException {
    Optional<ObjectNode> live = objects.find(kind, namespace, info.name());
    boolean applies =
        exchange.headers().first("content-type").orElse("").startsWith("application/apply");
    if (live.isEmpty() && !applies) {
      notFound(exchange, kind, info.name());
      return;
    }
    if (info.verb() == Verb.GET) {
      object(exchange, 200, kind, live.orElseThrow(), query);
      return;
    }
    JsonNode body = body(exchange);
    try {
      ObjectNode base = live.orElseGet(JSON::createObjectNode);
      JsonNode result = info.verb() == Verb.UPDATE ? body : patched(exchange, base, body);
      store(exchange, live.isEmpty() ? 201 : 200, kind, namespace, (ObjectNode) result, query);
    } catch (IllegalArgumentException e) {
      answer(exchange, 422, status(422, "Invalid", String.valueOf(e.getMessage())));
    }
  }

  private static JsonNode patched(HttpExchange exchange, ObjectNode base, JsonNode patch)
      throws UnclearRequestException {
    return switch (BodyReader.format(exchange.headers().first("content-type").orElse(""))) {
      case JSON_PATCH -> Patches.json(base, patch);
      case MERGE_PATCH -> Patches.merge(base, patch);
      case STRATEGIC_PATCH, APPLY -> Patches.strategic(base, patch);
      case JSON, YAML -> throw new IllegalArgumentException("this is no patch");
    };
  }

  private void store(
      HttpExchange exchange,
      int status,
      Kind kind,
      String namespace,
      ObjectNode object,
      Query query)
      throws IOException {
    ObjectNode stored =
        query.first("dryRun").isPresent()
            ? objects.complete(kind, namespace, object.deepCopy())
            : objects.put(kind, namespace, object);
    object(exchange, status, kind, stored, query);
  }

  private void delete(
      HttpExchange exchange, RequestInfo info, Kind kind, String namespace, Query query)
      throws IOException {
    Optional<ObjectNode> gone =
        query.first("dryRun").isPresent()
            ? objects.find(kind, namespace, info.name())
            : objects.remove(kind, namespace, info.name());
    if (gone.isEmpty()) {
      notFound(exchange, kind, info.name());
      return;
    }
    ObjectNode success = JSON.createObjectNode();
    success.put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
    success.putObject("details").put("name", info.name()).put("kind", kind.plural());
    answer(exchange, 200, success);
  }

  private void scale(HttpExchange exchange, RequestInfo info, Kind kind, Query query)
      throws IOException, UnclearRequestException {
    Optional<ObjectNode> live = objects.find(kind, info.namespace(), info.name());
    if (live.isEmpty()) {
      notFound(exchange, kind, info.name());
      return;
    }
    ObjectNode object = live.get();
    if (info.verb() != Verb.GET) {
      JsonNode body = body(exchange);
      object.withObjectProperty("spec").put("replicas", body.at("/spec/replicas").asInt());
      if (query.first("dryRun").isEmpty()) {
        objects.put(kind, info.namespace(), object);
      }
    }
    ObjectNode scale = JSON.createObjectNode();
    scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    scale
        .putObject("metadata")
        .put("name", info.name())
        .put("namespace", info.namespace())
        .put("resourceVersion", object.at("/metadata/resourceVersion").asText());
    scale.putObject("spec").put("replicas", object.at("/spec/replicas").asInt());
    scale.putObject("status").put("replicas", object.at("/spec/replicas").asInt());
    answer(exchange, 200, scale);
  }

  private void list(HttpExchange exchange, Kind kind, String namespace, String name, Query query)
      throws IOException {
    List<ObjectNode> found =
        objects.list(kind, namespace).stream()
            .filter(object -> name.isEmpty() || object.at("/metadata/name").asText().equals(name))
            .filter(object -> Watches.isSelected(object, query.first("labelSelector")))
            .toList();
    if (asTable(exchange)) {
      answer(exchange, 200, Tables.of(kind, found, whole(query), objects.version()));
      return;
    }
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", kind.kind() + "List").put("apiVersion", kind.apiVersion());
    list.putObject("metadata").put("resourceVersion", objects.version());
    list.putArray("items").addAll(found);
    answer(exchange, 200, list);
  }

  private void object(HttpExchange exchange, int status, Kind kind, ObjectNode object, Query query)
      throws IOException {
    answer(
        exchange,
        status,
        asTable(exchange)
            ? Tables.of(kind, List.of(object), whole(query), objects.version())
            : object);
  }

  static boolean asTable(HttpExchange exchange) {
    return String.join(",", exchange.headers().values("accept")).contains("as=Table");
  }

  private static boolean whole(Query query) {
    return query.first("includeObject").equals(Optional.of("Object"));
  }

  private static long since(Query query) {
    return query
        .first("resourceVersion")
        .filter(version -> version.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  private static JsonNode body(HttpExchange exchange) throws IOException, UnclearRequestException {
    BodyReader.Format format =
        BodyReader.format(exchange.headers().first("content-type").orElse("application/json"));
    return BodyReader.read(format, exchange.body(LONGEST_BODY).readAllBytes());
  }

  private static void notFound(HttpExchange exchange, Kind kind, String name) throws IOException {
    answer(exchange, 404, status(404, "NotFound", kind.plural() + " \"" + name + "\" not found"));
  }

  private static ObjectNode status(int code, String reason, String message) {
    ObjectNode status = JSON.createObjectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.put("message", message).put("reason", reason).put("code", code);
    return status;
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    write(exchange, status, "application/json", body);
  }

  private static void write(HttpExchange exchange, int status, String type, JsonNode body)
      throws IOException {
    try (OutputStream out = exchange.respond(status, HttpFields.of("Content-Type", type))) {
      out.write(JSON.writeValueAsBytes(body));
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
