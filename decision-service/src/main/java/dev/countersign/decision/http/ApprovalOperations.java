package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.AnswerResult.Recorded;
import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Unknown;
import dev.countersign.decision.approval.AnswerResult.Why;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.approval.StoredApprovals.Answer;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.PathTemplateMatch;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/** What the API does about approvals. Each method is one operation of the OpenAPI document. */
final class ApprovalOperations {

  private final StoredApprovals approvals;
  private final Emergencies emergencies;
  private final Caller caller;

  ApprovalOperations(StoredApprovals approvals, Emergencies emergencies, Caller caller) {
    this.approvals = approvals;
    this.emergencies = emergencies;
    this.caller = caller;
  }

  ObjectNode whoAmI(HttpServerExchange exchange) throws ApiError {
    VerifiedToken token = caller.require(exchange);
    ObjectNode out = ApiJson.object();
    out.set("subject", ApiJson.subject(token.subject()));
    out.put("expires", token.expires().toString());
    ArrayNode open = out.putArray("emergencies");
    emergencies
        .heldFor(token.subject())
        .forEach(
            one ->
                open.addObject()
                    .put("id", one.id())
                    .put("until", one.until().toString())
                    .set("resources", ApiJson.strings(one.resources())));
    return out;
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    Subject viewer = caller.require(exchange).subject();
    return Page.of(exchange)
        .of(
            "approvals",
            approvals.list(viewer, state(exchange)),
            summary -> new Page.Place(summary.requested(), summary.id()),
            summary -> ApprovalJson.summary(summary, approvals.mayAnswer(viewer, summary)));
  }

  private static Optional<State> state(HttpServerExchange exchange) throws ApiError {
    Deque<String> values = exchange.getQueryParameters().get("state");
    if (values == null) {
      return Optional.empty();
    }
    String wanted = values.getFirst();
    Optional<State> state =
        Arrays.stream(State.values())
            .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(wanted))
            .findFirst();
    if (values.size() != 1 || state.isEmpty()) {
      throw ApiError.badRequest(
          "state is one of waiting, approved, denied, expired, withdrawn, executed and failed");
    }
    return state;
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    Subject viewer = caller.require(exchange).subject();
    Approval approval = approvals.view(viewer, id(exchange)).orElseThrow(ApiError::noSuchApproval);
    return whole(approval, approvals.mayAnswer(viewer, approval.summary()));
  }

  private ObjectNode whole(Approval approval, boolean mayAnswer) {
    return ApprovalJson.approval(
        approval, mayAnswer, approvals.viewDigest(approval), approvals.signatures(approval));
  }

  ObjectNode approve(HttpServerExchange exchange) throws ApiError {
    return answer(exchange, Answer.APPROVE);
  }

  ObjectNode deny(HttpServerExchange exchange) throws ApiError {
    return answer(exchange, Answer.DENY);
  }

  private ObjectNode answer(HttpServerExchange exchange, Answer answer) throws ApiError {
    Subject approver = caller.requireStepUp(exchange).subject();
    ApprovalJson.AnswerBody body = ApprovalJson.readAnswer(RequestBody.json(exchange));
    var result =
        approvals.answer(
            id(exchange),
            answer,
            approver,
            ApprovalJson.digestOf(body),
            Optional.ofNullable(body.view()),
            ApprovalJson.commentOf(body));
    return switch (result) {
      case Recorded(Approval approval) -> answered(approval, answer, approver, body);
      case Unknown() -> throw ApiError.noSuchApproval();
      case Refused(Why why, String message) -> throw refused(why, message);
    };
  }

  private ObjectNode answered(
      Approval approval, Answer answer, Subject approver, ApprovalJson.AnswerBody body)
      throws ApiError {
    ObjectNode out = whole(approval, false);
    if (Boolean.TRUE.equals(body.identical())) {
      out.set(
          "alsoAnswered",
          ApiJson.strings(
              approvals.answerIdentical(approval, answer, approver, ApprovalJson.commentOf(body))));
    }
    return out;
  }

  private static ApiError refused(Why why, String message) {
    String code = why.name().toLowerCase(Locale.ROOT);
    return switch (why) {
      case NOT_HUMAN, OWN_REQUEST, OWN_AGENT ->
          ApiError.refused(403, code, message, "ask somebody else of the approver group");
      case REASON_MISSING ->
          ApiError.refused(422, code, message, "say why in comment: countersign approvals deny -m");
      case DIGEST_MISMATCH, VIEW_MISMATCH, NOT_SEEN ->
          ApiError.refused(409, code, message, "look at it again: countersign approvals show");
      case ALREADY_ANSWERED, ALREADY_DECIDED -> ApiError.refused(409, code, message, "");
    };
  }

  /** From the path itself: Undertow's query parameters would let {@code ?id=} speak first. */
  static String id(HttpServerExchange exchange) throws ApiError {
    PathTemplateMatch match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
    String id = match == null ? null : match.getParameters().get("id");
    if (id == null) {
      throw ApiError.noSuchPath();
    }
    return id;
  }
}
