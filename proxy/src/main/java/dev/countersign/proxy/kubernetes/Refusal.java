package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.Optional;

/** A denial as kubectl understands it: a {@code Status} object. */
record Refusal(int status, String reason, String message, ObjectNode details) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Refusal of(int status, String message) {
    String reason =
        switch (status) {
          case 400 -> "BadRequest";
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "NotFound";
          case 409 -> "Conflict";
          case 413 -> "RequestEntityTooLarge";
          case 415 -> "UnsupportedMediaType";
          case 429 -> "TooManyRequests";
          case 503 -> "ServiceUnavailable";
          default -> "InternalError";
        };
    return new Refusal(status, reason, message, JSON.createObjectNode());
  }

  /**
   * The policy blocks.
   *
   * @param decision names the decision, {@code session/command}
   */
  static Refusal blocked(MatchedRow because, String decision) {
    return explained(
        "blocked by policy "
            + because.rule()
            + " ("
            + because.reason()
            + "): "
            + because.part()
            + hint(because),
        because,
        decision,
        Optional.empty());
  }

  /** A human said no, or nobody answered in time. */
  static Refusal notApproved(MatchedRow because, String decision, String approval, String outcome) {
    return explained(
        "approval " + approval + " " + outcome + hint(because),
        because,
        decision,
        Optional.of(approval));
  }

  private static String hint(MatchedRow because) {
    return because.hint().isEmpty() ? "" : ". " + because.hint();
  }

  private static Refusal explained(
      String message, MatchedRow because, String decision, Optional<String> approval) {
    ObjectNode details = JSON.createObjectNode();
    var causes = details.putArray("causes");
    cause(causes.addObject(), "decision", decision);
    cause(causes.addObject(), "rule", because.rule());
    cause(causes.addObject(), "reason", because.reason());
    cause(causes.addObject(), "hint", because.hint());
    approval.ifPresent(id -> cause(causes.addObject(), "approval", id));
    return new Refusal(403, "Forbidden", message, details);
  }

  private static void cause(ObjectNode cause, String reason, String message) {
    cause.put("reason", reason).put("message", message);
  }

  byte[] body() {
    ObjectNode body = JSON.createObjectNode();
    body.put("kind", "Status").put("apiVersion", "v1");
    body.putObject("metadata");
    body.put("status", "Failure").put("message", message).put("reason", reason);
    if (!details.isEmpty()) {
      body.set("details", details);
    }
    body.put("code", status);
    return body.toString().getBytes(UTF_8);
  }
}
