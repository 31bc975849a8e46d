package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.authzen.MalformedRequestException;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTPS binding of the OpenID AuthZEN Authorization API 1.0 (sections 9 and 10), for other
 * enforcement points. Each method is one operation of the OpenAPI document.
 */
final class AuthZenOperations {

  static final String METADATA = "/.well-known/authzen-configuration";
  static final String EVALUATION = "/access/v1/evaluation";
  static final String EVALUATIONS = "/access/v1/evaluations";

  static final int MAX_BODY = 256 * 1024;
  private static final HttpString REQUEST_ID = new HttpString("X-Request-ID");
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private final URI publicUrl;
  private final Caller caller;
  private final AccessEvaluations evaluations;
  private final Optional<String> enforcementPoints;

  /**
   * @param enforcementPoints the group whose members may ask; nobody without one
   */
  AuthZenOperations(
      URI publicUrl,
      Caller caller,
      AccessEvaluations evaluations,
      Optional<String> enforcementPoints) {
    this.publicUrl = publicUrl;
    this.caller = caller;
    this.evaluations = evaluations;
    this.enforcementPoints = enforcementPoints;
  }

  ObjectNode metadata(HttpServerExchange exchange) {
    String base = publicUrl.toString().replaceAll("/+$", "");
    return ApiJson.object()
        .put("policy_decision_point", base)
        .put("access_evaluation_endpoint", base + EVALUATION)
        .put("access_evaluations_endpoint", base + EVALUATIONS);
  }

  ObjectNode evaluate(HttpServerExchange exchange) throws ApiError {
    JsonNode request = request(exchange);
    try {
      return evaluations.evaluate(request);
    } catch (MalformedRequestException e) {
      throw ApiError.badRequest(String.valueOf(e.getMessage()));
    }
  }

  ObjectNode evaluateAll(HttpServerExchange exchange) throws ApiError {
    JsonNode request = request(exchange);
    try {
      return evaluations.evaluateAll(request);
    } catch (MalformedRequestException e) {
      throw ApiError.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private JsonNode request(HttpServerExchange exchange) throws ApiError {
    Optional.ofNullable(exchange.getRequestHeaders().getFirst(REQUEST_ID))
        .filter(id -> ID.matcher(id).matches())
        .ifPresent(id -> exchange.getResponseHeaders().put(REQUEST_ID, id));
    Subject point = caller.require(exchange).subject();
    if (enforcementPoints.isEmpty()) {
      throw ApiError.refused(
          403,
          "not_enforcement_point",
          "no group of enforcement points is configured",
          "name one as api.enforcementPoints");
    }
    if (!point.groups().contains(enforcementPoints.get())) {
      throw ApiError.refused(
          403,
          "not_enforcement_point",
          "only members of the group " + enforcementPoints.get() + " may ask",
          "have your identity provider add this caller to the group");
    }
    return ApiJson.read(
        RequestBody.bytes(exchange, "application/json", MAX_BODY), JsonNode.class, "JSON");
  }
}
