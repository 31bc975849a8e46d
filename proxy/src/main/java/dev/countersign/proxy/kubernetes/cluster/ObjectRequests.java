package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.request.RequestInfo;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Requests for the cluster's objects, as an API server answers them. */
final class ObjectRequests {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_BODY = 8 << 20;

  private final Objects objects;
  private final Watches watches;
  private final PodTerminal terminal = new PodTerminal();

  ObjectRequests(Objects objects) {
    this.objects = objects;
    watches = new Watches(objects);
  }

  /** Bytes that came to be forwarded to pods. */
  long forwarded() {
    return terminal.forwarded();
  }

  /** Answers a request for objects. */
  void serve(HttpExchange exchange, RequestInfo info, Query query)
      throws IOException, InterruptedException, UnclearRequestException {
    if (info.verb() == Verb.CREATE && Reviews.answers(info)) {
      ObjectNode question = (ObjectNode) body(exchange);
      Answers.answer(exchange, 201, Reviews.answer(info, question, exchange.headers()));
      return;
    }
    Optional<Kind> found = Kind.find(info.group(), info.resource());
    if (found.isEmpty()) {
      Answers.answer(
          exchange, 404, Answers.status(404, "NotFound", "the server could not find the resource"));
      return;
    }
    Kind kind = found.get();
    String namespace = kind.namespaced() ? info.namespace() : "";
    switch (info.subresource()) {
      case "log" -> terminal.log(exchange, query);
      case "exec", "attach" -> terminal.exec(exchange, query);
      case "portforward" -> terminal.forward(exchange);
      case "eviction" -> delete(exchange, info, kind, namespace, query);
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
          Answers.answer(
              exchange, 409, Answers.status(409, "AlreadyExists", name + " already exists"));
        } else {
          store(exchange, 201, kind, namespace, object, query);
        }
      }
      case DELETE -> delete(exchange, info, kind, namespace, query);
      case GET, PATCH, UPDATE -> existing(exchange, info, kind, namespace, query);
      case DELETECOLLECTION -> {
        // Not less than a server does that does not know dryRun here.
        for (ObjectNode gone : selected(kind, namespace, "", query)) {
          objects.remove(
              kind, gone.at("/metadata/namespace").asText(), gone.at("/metadata/name").asText());
        }
        Answers.answer(exchange, 200, JSON.createObjectNode().put("kind", "Status"));
      }
      case OTHER ->
          Answers.answer(exchange, 405, Answers.status(405, "MethodNotAllowed", "not served here"));
    }
  }

  private void existing(
      HttpExchange exchange, RequestInfo info, Kind kind, String namespace, Query query)
      throws IOException, UnclearRequestException {
    Optional<ObjectNode> live = objects.find(kind, namespace, info.name());
    boolean applies =
        exchange.headers().first("content-type").orElse("").startsWith("application/apply");
    if (live.isEmpty() && !applies) {
      Answers.notFound(exchange, kind, info.name());
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
      Answers.answer(exchange, 422, Answers.status(422, "Invalid", String.valueOf(e.getMessage())));
    }
  }

  private static JsonNode patched(HttpExchange exchange, ObjectNode base, JsonNode patch)
      throws UnclearRequestException {
    return switch (BodyReader.format(exchange.headers().first("content-type").orElse(""))) {
      case JSON_PATCH -> Patches.json(base, patch);
      case MERGE_PATCH -> Patches.merge(base, patch);
      case STRATEGIC_PATCH, APPLY -> Patches.strategic(base, patch);
      case JSON, YAML, PROTOBUF -> throw new IllegalArgumentException("this is no patch");
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
      Answers.notFound(exchange, kind, info.name());
      return;
    }
    ObjectNode success = JSON.createObjectNode();
    success.put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
    success.putObject("details").put("name", info.name()).put("kind", kind.plural());
    Answers.answer(exchange, 200, success);
  }

  private void scale(HttpExchange exchange, RequestInfo info, Kind kind, Query query)
      throws IOException, UnclearRequestException {
    Optional<ObjectNode> live = objects.find(kind, info.namespace(), info.name());
    if (live.isEmpty()) {
      Answers.notFound(exchange, kind, info.name());
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
    int replicas = object.at("/spec/replicas").asInt();
    ObjectNode spec = scale.putObject("spec");
    if (replicas != 0) {
      // Where it is none, an API server leaves it out.
      spec.put("replicas", replicas);
    }
    scale.putObject("status").put("replicas", replicas);
    Answers.answer(exchange, 200, scale);
  }

  private void list(HttpExchange exchange, Kind kind, String namespace, String name, Query query)
      throws IOException {
    List<ObjectNode> found = selected(kind, namespace, name, query);
    if (asTable(exchange)) {
      Answers.answer(exchange, 200, Tables.of(kind, found, whole(query), objects.version()));
      return;
    }
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", kind.kind() + "List").put("apiVersion", kind.apiVersion());
    list.putObject("metadata").put("resourceVersion", objects.version());
    list.putArray("items").addAll(found);
    Answers.answer(exchange, 200, list);
  }

  private List<ObjectNode> selected(Kind kind, String namespace, String name, Query query) {
    return objects.list(kind, namespace).stream()
        .filter(object -> name.isEmpty() || object.at("/metadata/name").asText().equals(name))
        .filter(object -> Watches.isSelected(object, query.first("labelSelector")))
        .toList();
  }

  private void object(HttpExchange exchange, int status, Kind kind, ObjectNode object, Query query)
      throws IOException {
    Answers.answer(
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
}
