package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.decision.emergency.Emergency;
import dev.countersign.decision.emergency.Emergency.Word;
import dev.countersign.decision.emergency.EmergencyResult;
import dev.countersign.decision.http.AccessJson.CommentBody;
import dev.countersign.decision.http.AccessJson.EmergencyBody;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the API does about emergencies. Each method is one operation of the OpenAPI document. */
final class EmergencyOperations {

  private final AccessApi api;
  private final Caller caller;

  EmergencyOperations(AccessApi api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  ObjectNode propose(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.requireStepUp(exchange).subject();
    EmergencyBody body =
        ApiJson.read(RequestBody.json(exchange), EmergencyBody.class, AccessJson.EMERGENCY);
    return answer(
        api.emergencies()
            .propose(
                by,
                body.resources() == null ? List.of() : body.resources(),
                AccessJson.duration(body.duration()),
                body.reason() == null ? "" : body.reason().strip()));
  }

  ObjectNode open(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.requireStepUp(exchange).subject();
    return answer(api.emergencies().open(find(exchange, by), by, comment(exchange)));
  }

  ObjectNode close(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.require(exchange).subject();
    return answer(api.emergencies().close(find(exchange, by), by, comment(exchange)));
  }

  ObjectNode review(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.requireStepUp(exchange).subject();
    return answer(api.emergencies().review(find(exchange, by), by, comment(exchange)));
  }

  private static String comment(HttpServerExchange exchange) throws ApiError {
    return ApiJson.read(RequestBody.json(exchange), CommentBody.class, AccessJson.COMMENT).text();
  }

  private static ObjectNode answer(EmergencyResult result) throws ApiError {
    return switch (result) {
      case EmergencyResult.Done(Emergency emergency) -> json(emergency);
      case EmergencyResult.Forbidden(String message) ->
          throw ApiError.refused(403, "not_allowed", message, "ask somebody whose part it is");
      case EmergencyResult.Refused(String message, String hint) ->
          throw ApiError.refused(422, "no_emergency", message, hint);
    };
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    Subject viewer = caller.require(exchange).subject();
    ObjectNode out = ApiJson.object();
    ArrayNode list = out.putArray("emergencies");
    if (api.maySeeEmergencies(viewer)) {
      api.emergencies().recent().forEach(one -> list.add(json(one)));
    }
    return out;
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    return json(find(exchange, caller.require(exchange).subject()));
  }

  private Emergency find(HttpServerExchange exchange, Subject viewer) throws ApiError {
    Optional<Emergency> found = api.emergencies().find(ApprovalOperations.id(exchange));
    return found
        .filter(one -> api.maySeeEmergencies(viewer))
        .orElseThrow(
            () ->
                ApiError.refused(
                    404,
                    "not_found",
                    "there is no such emergency, or none that you may see",
                    "list them: countersign emergency list"));
  }

  private static ObjectNode json(Emergency one) {
    ObjectNode out = ApiJson.object();
    out.put("id", one.id());
    out.put("state", one.state().name().toLowerCase(Locale.ROOT));
    out.set("resources", ApiJson.strings(one.resources()));
    out.put("for", one.window().toString());
    out.put("reason", VisibleText.line(one.reason()));
    out.put("until", one.until().toString());
    out.set("proposed", word(one.proposed()));
    out.set("opened", one.opened().map(EmergencyOperations::word).orElse(null));
    out.set("ended", one.ended().map(EmergencyOperations::ending).orElse(null));
    out.put("needsReview", one.needsReview());
    out.set("review", one.review().map(EmergencyOperations::word).orElse(null));
    return out;
  }

  private static ObjectNode word(Word word) {
    ObjectNode out = ApiJson.object();
    out.set("by", ApiJson.subject(word.by()));
    out.put("at", word.at().toString());
    out.put("comment", VisibleText.line(word.comment()));
    return out;
  }

  private static ObjectNode ending(Emergency.Ending ending) {
    ObjectNode out = ApiJson.object();
    out.set("by", ending.by().map(ApiJson::subject).orElse(null));
    out.put("at", ending.at().toString());
    out.put("comment", VisibleText.line(ending.comment()));
    return out;
  }
}
