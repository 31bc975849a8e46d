package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.credential.MintResult.Minted;
import dev.countersign.decision.credential.MintResult.Refused;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.http.ConnectJson.MintingBody;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.util.Optional;

/**
 * What the API does for whoever wants to get to a resource. Each method is one operation of the
 * OpenAPI document.
 */
final class ConnectOperations {

  private final ConnectApi api;
  private final Caller caller;

  ConnectOperations(ConnectApi api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  /** For anybody: whoever wants to sign in has no token yet. */
  ObjectNode signIn(HttpServerExchange exchange) {
    return ConnectJson.signIn(api.signIn());
  }

  ObjectNode resources(HttpServerExchange exchange) throws ApiError {
    caller.require(exchange);
    return Page.of(exchange)
        .of(
            "resources",
            api.resources().all(),
            upstream -> Page.Place.named(upstream.resource().name()),
            upstream -> ConnectJson.reachable(upstream.resource(), api.doors()));
  }

  ObjectNode mint(HttpServerExchange exchange) throws ApiError {
    RequestBody.answerHoldsSecret(exchange);
    VerifiedToken token = caller.require(exchange);
    MintingBody body =
        ApiJson.read(RequestBody.json(exchange), MintingBody.class, ConnectJson.MINTING);
    String name = body.resource();
    if (name == null) {
      throw ApiError.badRequest("the body is not " + ConnectJson.MINTING);
    }
    Upstream upstream =
        api.resources().find(Upstream.class, name).orElseThrow(ApiError::noSuchResource);
    Optional<String> grant =
        switch (api.grants().check(token, upstream.resource())) {
          case Access.Open open -> open.grant();
          case Access.Closed(String message, String hint) ->
              throw ApiError.refused(403, "no_grant", message, hint);
        };
    return switch (api.credentials().mint(token, name, body.lifetime(), grant)) {
      case Minted(var credential, String secret) ->
          ConnectJson.minted(credential, secret, upstream.resource(), api.doors());
      case Refused(String message, String hint) ->
          throw ApiError.refused(422, "not_minted", message, hint);
    };
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    return Page.of(exchange)
        .of(
            "credentials",
            api.credentials().of(subject),
            credential -> new Page.Place(credential.minted(), credential.id()),
            ConnectJson::credential);
  }

  ObjectNode revoke(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    String id = ApprovalOperations.id(exchange);
    if (!api.credentials().revoke(id, subject)) {
      throw ApiError.noSuchCredential();
    }
    return ApiJson.object().put("id", id).put("revoked", true);
  }
}
