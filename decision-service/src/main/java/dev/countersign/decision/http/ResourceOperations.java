package dev.countersign.decision.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.decision.resource.DeclaredResource;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.decision.resource.ResourceRefusedException;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.PathTemplateMatch;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * What the API does for operators about resources. Each method is one operation of the OpenAPI
 * document.
 */
final class ResourceOperations {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final String SHAPE =
      "{\"kind\": …, \"labels\": {…}, \"postgres\" or \"git\" or \"kubernetes\": {…}}";

  private final ResourcesApi api;
  private final Caller caller;
  private final BooleanSupplier database;
  private final BooleanSupplier journal;

  /**
   * @param database whether the state's database answers
   */
  ResourceOperations(
      ResourcesApi api, Caller caller, BooleanSupplier database, BooleanSupplier journal) {
    this.api = api;
    this.caller = caller;
    this.database = database;
    this.journal = journal;
  }

  ObjectNode put(HttpServerExchange exchange) throws ApiError {
    Subject operator = operator(exchange);
    String name = name(exchange);
    if (!NAME.matcher(name).matches()) {
      throw ApiError.badRequest("a resource's name looks like " + NAME);
    }
    requireUnconfigured(name);
    JsonNode spec = ApiJson.read(RequestBody.json(exchange), JsonNode.class, SHAPE);
    if (!spec.isObject()) {
      throw ApiError.badRequest("the body is not " + SHAPE);
    }
    try {
      return json(api.declared().put(name, spec.toString(), operator));
    } catch (ResourceRefusedException e) {
      throw ApiError.refused(
          422, "faults", String.join("\n", e.faults()), "see docs/configuration.md, resources");
    }
  }

  ObjectNode remove(HttpServerExchange exchange) throws ApiError {
    Subject operator = operator(exchange);
    String name = name(exchange);
    requireUnconfigured(name);
    if (api.declared().find(name).isEmpty() || !api.declared().remove(name, operator)) {
      throw ApiError.noSuchResource();
    }
    return ApiJson.object().put("name", name).put("removed", true);
  }

  private void requireUnconfigured(String name) throws ApiError {
    if (api.registry().isConfigured(name)) {
      throw ApiError.refused(
          409,
          "in_configuration",
          name + " stands in the gateway's configuration and is changed there only",
          "choose another name, or change the configuration");
    }
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    viewer(exchange);
    return json(upstream(exchange));
  }

  ObjectNode health(HttpServerExchange exchange) throws ApiError {
    viewer(exchange);
    Upstream upstream = upstream(exchange);
    return json(upstream.resource().name(), api.health().of(upstream));
  }

  /** How the gateway is, and all that is behind it. */
  ObjectNode overview(HttpServerExchange exchange) throws ApiError {
    viewer(exchange);
    List<Upstream> upstreams = api.registry().all();
    List<ResourceHealth.Answer> answers = api.health().of(upstreams);
    boolean stands = database.getAsBoolean();
    boolean records = journal.getAsBoolean();
    boolean good = stands && records && answers.stream().allMatch(ResourceHealth.Answer::good);
    ObjectNode out = ApiJson.object();
    out.put("status", good ? "ok" : "degraded");
    out.put("database", stands);
    out.put("journal", records);
    ArrayNode list = out.putArray("resources");
    for (int i = 0; i < answers.size(); i++) {
      list.add(json(upstreams.get(i).resource().name(), answers.get(i)));
    }
    return out;
  }

  private static ObjectNode json(String name, ResourceHealth.Answer answer) {
    return ApiJson.object()
        .put("name", name)
        .put("good", answer.good())
        .put("text", VisibleText.line(answer.text()))
        .put("asked", answer.asked().toString());
  }

  /** All that was said of it; a secret is never said, only where it is kept. */
  private ObjectNode json(Upstream upstream) throws ApiError {
    ObjectNode out = ConnectJson.resource(upstream.resource());
    out.put("address", upstream.address());
    Optional<DeclaredResource> declared = api.declared().find(upstream.resource().name());
    out.put("source", declared.isPresent() ? "api" : "configuration");
    if (declared.isPresent()) {
      out.set("spec", ApiJson.read(declared.get().spec().getBytes(UTF_8), JsonNode.class, "JSON"));
      out.set("declaredBy", ApiJson.subject(declared.get().by()));
      out.put("declared", declared.get().at().toString());
    }
    return out;
  }

  private Upstream upstream(HttpServerExchange exchange) throws ApiError {
    return api.registry()
        .find(Upstream.class, name(exchange))
        .orElseThrow(ApiError::noSuchResource);
  }

  private Subject operator(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    if (!api.mayChange(subject)) {
      throw ApiError.refused(
          403, "not_operator", "only operators may change resources", "ask one of them");
    }
    return subject;
  }

  private void viewer(HttpServerExchange exchange) throws ApiError {
    if (!api.mayLook(caller.require(exchange).subject())) {
      throw ApiError.refused(
          403,
          "not_operator",
          "only operators, compliance officers and auditors may look at this",
          "ask one of them");
    }
  }

  private static String name(HttpServerExchange exchange) throws ApiError {
    PathTemplateMatch match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
    String name = match == null ? null : match.getParameters().get("name");
    if (name == null) {
      throw ApiError.noSuchPath();
    }
    return name;
  }
}
