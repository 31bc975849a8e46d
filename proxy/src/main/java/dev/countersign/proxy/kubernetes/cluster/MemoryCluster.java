package dev.countersign.proxy.kubernetes.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster in memory, listening for HTTPS: it stands in for a real one. Objects are stored as they
 * are sent; nothing runs. Whoever has the token may do everything.
 */
public final class MemoryCluster implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Whoever asks for the version reads what answers. */
  private static final String VERSION = "v1.32.0+countersign.in.memory";

  private final String token;
  private final Objects objects = new Objects();
  private final ObjectRequests requests = new ObjectRequests(objects);
  private final Consumer<Seen> seen;
  private final HttpsListener listener;
  private final int port;

  /** A request that reached the cluster. */
  public record Seen(String method, String target, HttpFields fields) {}

  /**
   * Starts a cluster with nothing but its namespaces.
   *
   * @param config where it listens
   * @param token who has it may do everything
   * @param seen told of every request, before it is answered
   */
  public static MemoryCluster start(HttpsConfig config, String token, Consumer<Seen> seen)
      throws IOException {
    return new MemoryCluster(config, token, seen);
  }

  private MemoryCluster(HttpsConfig config, String token, Consumer<Seen> seen) throws IOException {
    this.token = token;
    this.seen = seen;
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

  /** How many bytes came to be forwarded to pods; nothing listens there. */
  public long forwarded() {
    return requests.forwarded();
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
    seen.accept(new Seen(exchange.method(), exchange.target(), exchange.headers()));
    if (!exchange.headers().first("authorization").equals(Optional.of("Bearer " + token))) {
      Answers.answer(exchange, 401, Answers.status(401, "Unauthorized", "Unauthorized"));
      return;
    }
    String[] target = exchange.target().split("\\?", 2);
    try {
      CanonicalPath path = CanonicalPath.parse(target[0]);
      Query query = Query.parse(target.length > 1 ? target[1] : "");
      RequestInfo info = RequestInfo.of(exchange.method(), path, query);
      if (info.isResource()) {
        requests.serve(exchange, info, query);
      } else {
        plain(exchange, path);
      }
    } catch (UnclearRequestException e) {
      Answers.answer(exchange, e.status(), Answers.status(e.status(), "BadRequest", e.reason()));
    }
  }

  private void plain(HttpExchange exchange, CanonicalPath path) throws IOException {
    String accept = String.join(",", exchange.headers().values("accept"));
    boolean aggregated = accept.contains("as=APIGroupDiscoveryList");
    List<String> segments = path.segments();
    switch (segments.getFirst()) {
      case "version" ->
          Answers.answer(
              exchange,
              200,
              JSON.createObjectNode()
                  .put("major", "1")
                  .put("minor", "32")
                  .put("gitVersion", VERSION)
                  .put("platform", "linux/amd64"));
      case "api", "apis", "openapi" -> {
        if (aggregated && segments.size() == 1) {
          Answers.write(
              exchange,
              200,
              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
              Discovery.aggregated(segments.getFirst().equals("api")));
          return;
        }
        Optional<ObjectNode> found = described(String.join("/", segments));
        if (found.isPresent()) {
          Answers.answer(exchange, 200, found.get());
        } else {
          Answers.answer(
              exchange, 404, Answers.status(404, "NotFound", "the server could not find it"));
        }
      }
      default -> Answers.answer(exchange, 200, JSON.createObjectNode().put("status", "ok"));
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

  @Override
  public void close() {
    listener.close();
  }
}
