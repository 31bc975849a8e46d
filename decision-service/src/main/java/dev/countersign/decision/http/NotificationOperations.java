package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.notification.Delivery;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;

/** What the API does about messages to webhooks that nobody took. */
final class NotificationOperations {

  private static final int MOST_DIGITS = 18;

  private final AccessApi api;
  private final Caller caller;

  NotificationOperations(AccessApi api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  ObjectNode dead(HttpServerExchange exchange) throws ApiError {
    if (!api.mayLook(caller.require(exchange).subject())) {
      throw notForYou();
    }
    return Page.of(exchange)
        .of(
            "notifications",
            api.webhooks().dead(),
            delivery -> new Page.Place(delivery.created(), String.valueOf(delivery.id())),
            NotificationOperations::json);
  }

  private static ObjectNode json(Delivery delivery) {
    return ApiJson.object()
        .put("id", delivery.id())
        .put("webhook", delivery.endpoint())
        .put("event", delivery.event())
        .put("approval", delivery.approval())
        .put("attempts", delivery.attempts())
        .put("created", delivery.created().toString())
        .put("error", delivery.lastError());
  }

  ObjectNode retry(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    if (!api.mayOperate(subject)) {
      throw notForYou();
    }
    String id = ApprovalOperations.id(exchange);
    if (!isNumber(id) || !api.webhooks().retry(Long.parseLong(id), subject)) {
      throw ApiError.refused(
          404,
          "not_found",
          "no such message has been given up",
          "list them: countersign notifications dead");
    }
    return ApiJson.object().put("id", Long.parseLong(id)).put("due", true);
  }

  private static boolean isNumber(String id) {
    return !id.isEmpty()
        && id.length() <= MOST_DIGITS
        && id.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static ApiError notForYou() {
    return ApiError.refused(
        403, "not_allowed", "this is for operators; auditors may look", "ask an operator");
  }
}
