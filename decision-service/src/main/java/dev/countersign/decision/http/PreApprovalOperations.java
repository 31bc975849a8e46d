package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.PreApproval;
import dev.countersign.decision.approval.PreApprovalResult;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.decision.http.AccessJson.CommentBody;
import dev.countersign.decision.http.AccessJson.WindowBody;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.util.Locale;

/** What the API does about pre-approvals. Each method is one operation of the OpenAPI document. */
final class PreApprovalOperations {

  private final AccessApi api;
  private final Caller caller;

  PreApprovalOperations(AccessApi api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  ObjectNode request(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.require(exchange).subject();
    WindowBody body = ApiJson.read(RequestBody.json(exchange), WindowBody.class, AccessJson.WINDOW);
    return switch (api.preApprovals()
        .request(
            ApprovalOperations.id(exchange),
            by,
            AccessJson.duration(body.duration()),
            body.reason() == null ? "" : body.reason().strip())) {
      case PreApprovalResult.Asked(PreApproval asked, var url) ->
          json(asked).put("approvalUrl", url.toString());
      case PreApprovalResult.Unknown() -> throw ApiError.noSuchApproval();
      case PreApprovalResult.Refused(String message, String hint) ->
          throw ApiError.refused(422, "not_pre_approvable", message, hint);
    };
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    Subject viewer = caller.require(exchange).subject();
    return Page.of(exchange)
        .of(
            "preApprovals",
            api.preApprovals().recent().stream().filter(one -> api.maySee(viewer, one)).toList(),
            one -> new Page.Place(one.requested(), one.id()),
            PreApprovalOperations::json);
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    return json(find(exchange, caller.require(exchange).subject()));
  }

  ObjectNode revoke(HttpServerExchange exchange) throws ApiError {
    Subject by = caller.require(exchange).subject();
    PreApproval found = find(exchange, by);
    if (!api.mayEnd(by, found)) {
      throw ApiError.refused(
          403, "not_yours", "you may look at this but not end it", "ask an approver");
    }
    CommentBody body =
        ApiJson.read(RequestBody.json(exchange), CommentBody.class, AccessJson.COMMENT);
    if (!api.preApprovals().revoke(found, by, body.text())) {
      throw ApiError.refused(409, "ended", "the pre-approval has ended already", "");
    }
    return json(api.preApprovals().find(found.id()).orElse(found));
  }

  private PreApproval find(HttpServerExchange exchange, Subject viewer) throws ApiError {
    return api.preApprovals()
        .find(ApprovalOperations.id(exchange))
        .filter(one -> api.maySee(viewer, one))
        .orElseThrow(
            () ->
                ApiError.refused(
                    404,
                    "not_found",
                    "there is no such pre-approval, or none that you may see",
                    "list them: countersign approvals beforehand"));
  }

  private static ObjectNode json(PreApproval one) {
    ObjectNode out = ApiJson.object();
    out.put("id", one.id());
    out.put("state", one.state().name().toLowerCase(Locale.ROOT));
    out.set("subject", ApiJson.subject(one.subject()));
    out.put("resource", one.resource());
    out.put("model", one.model());
    out.put("excerpt", VisibleText.line(one.statement()));
    out.put("fingerprint", one.fingerprint());
    out.put("values", one.anyValues() ? "any" : "same");
    out.put("policyVersion", one.policyVersion());
    out.put("quorum", one.quorum());
    out.put("for", one.window().toString());
    out.put("reason", VisibleText.line(one.reason()));
    out.set("askedBy", ApiJson.subject(one.askedBy()));
    out.put("requested", one.requested().toString());
    out.put("approval", one.approval().orElse(null));
    out.set("approver", one.approver().map(ApiJson::subject).orElse(null));
    out.put("until", one.until().map(Object::toString).orElse(null));
    out.set("ending", one.ending().map(PreApprovalOperations::ending).orElse(null));
    return out;
  }

  private static ObjectNode ending(PreApproval.Ending ending) {
    ObjectNode out = ApiJson.object();
    out.put("at", ending.at().toString());
    out.set("by", ending.by().map(ApiJson::subject).orElse(null));
    out.put("comment", VisibleText.line(ending.comment()));
    return out;
  }
}
