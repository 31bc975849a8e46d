package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.grant.Grant;
import dev.countersign.decision.grant.GrantResult;
import dev.countersign.decision.http.AccessJson.CommentBody;
import dev.countersign.decision.http.AccessJson.ExtensionBody;
import dev.countersign.decision.http.AccessJson.WishBody;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Optional;

/**
 * What the API does about grants and open sessions. Each method is one operation of the OpenAPI
 * document.
 */
final class AccessOperations {

  private final AccessApi api;
  private final Caller caller;

  AccessOperations(AccessApi api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  ObjectNode request(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    WishBody body = ApiJson.read(RequestBody.json(exchange), WishBody.class, AccessJson.WISH);
    String resource = body.resource();
    if (resource == null) {
      throw ApiError.badRequest("the body is not " + AccessJson.WISH);
    }
    return answer(api.grants().request(subject, body.on(resource(resource))));
  }

  ObjectNode extend(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    Grant grant = grant(exchange, subject);
    if (!api.mayEnd(subject, grant.subject())) {
      throw notYours();
    }
    ExtensionBody body =
        ApiJson.read(RequestBody.json(exchange), ExtensionBody.class, AccessJson.EXTENSION);
    return answer(
        api.grants()
            .extend(grant, resource(grant.resource()), AccessJson.duration(body.duration())));
  }

  private Resource resource(String name) throws ApiError {
    return api.resources()
        .find(Upstream.class, name)
        .orElseThrow(ApiError::noSuchResource)
        .resource();
  }

  private static ObjectNode answer(GrantResult result) throws ApiError {
    return switch (result) {
      case GrantResult.Given(Grant grant) -> AccessJson.grant(grant);
      case GrantResult.Waiting(Grant grant, var url) ->
          AccessJson.grant(grant).put("approvalUrl", url.toString());
      case GrantResult.Denied(var row) ->
          throw ApiError.refused(
              403,
              "denied",
              "the policy grants no such access: %s (%s)".formatted(row.reason(), row.rule()),
              row.hint());
      case GrantResult.Refused(String message, String hint) ->
          throw ApiError.refused(422, "not_granted", message, hint);
    };
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    return Page.of(exchange)
        .of(
            "grants",
            api.grants().recent().stream()
                .filter(grant -> api.maySee(subject, grant.subject()))
                .toList(),
            grant -> new Page.Place(grant.requested(), grant.id()),
            AccessJson::grant);
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    return AccessJson.grant(grant(exchange, caller.require(exchange).subject()));
  }

  ObjectNode revoke(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    Grant grant = grant(exchange, subject);
    if (!api.mayEnd(subject, grant.subject())) {
      throw notYours();
    }
    CommentBody body =
        ApiJson.read(RequestBody.json(exchange), CommentBody.class, AccessJson.COMMENT);
    if (!api.grants().revoke(grant, subject, body.text())) {
      throw ApiError.refused(
          409,
          "ended",
          "the grant has ended already",
          "a session that goes on is ended with: countersign sessions kill");
    }
    return AccessJson.grant(api.grants().find(grant.id()).orElse(grant));
  }

  private Grant grant(HttpServerExchange exchange, Subject viewer) throws ApiError {
    return api.grants()
        .find(ApprovalOperations.id(exchange))
        .filter(grant -> api.maySee(viewer, grant.subject()))
        .orElseThrow(
            () ->
                ApiError.refused(
                    404,
                    "not_found",
                    "there is no such grant, or none that you may see",
                    "list them: countersign grants list"));
  }

  ObjectNode sessions(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    List<LiveSession> visible =
        api.sessions().list().stream()
            .filter(session -> api.maySee(subject, session.subject()))
            .toList();
    return Page.of(exchange)
        .of(
            "sessions",
            visible,
            session -> new Page.Place(session.opened(), session.id()),
            AccessJson::session);
  }

  ObjectNode kill(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    String id = ApprovalOperations.id(exchange);
    Optional<LiveSession> session =
        api.sessions().find(id).filter(found -> api.maySee(subject, found.subject()));
    if (session.isEmpty()) {
      throw ApiError.refused(
          404,
          "not_found",
          "there is no such open session, or none that you may see",
          "list them: countersign sessions live");
    }
    if (!api.mayEnd(subject, session.get().subject())) {
      throw notYours();
    }
    CommentBody body =
        ApiJson.read(RequestBody.json(exchange), CommentBody.class, AccessJson.COMMENT);
    boolean killed = api.sessions().kill(id, subject, body.text());
    return ApiJson.object().put("id", id).put("killed", killed);
  }

  private static ApiError notYours() {
    return ApiError.refused(
        403, "not_yours", "you may look at this but not end it", "ask an operator");
  }
}
