package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A denial as kubectl understands it: a {@code Status} object. */
record Refusal(int status, String reason, String message, ObjectNode details) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What an API server or a human said may hold it; kubectl prints what it is told. */
  private static final Pattern MOVES_A_TERMINAL = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]");

  private static final String RETRY_AFTER = "retryAfterSeconds";

  Refusal {
    message = MOVES_A_TERMINAL.matcher(message).replaceAll("?");
  }

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
          case 422 -> "Invalid";
          case 503 -> "ServiceUnavailable";
          default -> "InternalError";
        };
    return new Refusal(status, reason, message, JSON.createObjectNode());
  }

  /** More is asked for than can be done; whoever comes again in a second may get it. */
  static Refusal overloaded(String cluster) {
    return new Refusal(
        429,
        "TooManyRequests",
        "too many requests for " + cluster + " at once; nothing was run, try again in a second",
        JSON.createObjectNode().put(RETRY_AFTER, 1));
  }

  /** After how many seconds it is worth coming again; as the API server says it. */
  OptionalInt retryAfter() {
    return details.has(RETRY_AFTER)
        ? OptionalInt.of(details.path(RETRY_AFTER).intValue())
        : OptionalInt.empty();
  }

  /**
   * The gate did not let it through.
   *
   * @param moot the status of an answer that made asking pointless
   */
  static Refusal of(Passage.Refused refused, int moot) {
    MatchedRow because = refused.row();
    return switch (refused.cause()) {
      case BLOCKED -> explained(refused, refused.message() + ": " + because.part() + hint(because));
      case NOT_APPROVED, ASKED -> explained(refused, refused.message() + hint(because));
      case MOOT -> of(moot, refused.message());
      case LEFT, UNAVAILABLE -> of(503, refused.message());
    };
  }

  private static String hint(MatchedRow because) {
    return because.hint().isEmpty() ? "" : ". " + because.hint();
  }

  private static Refusal explained(Passage.Refused refused, String message) {
    MatchedRow because = refused.row();
    ObjectNode details = JSON.createObjectNode();
    ArrayNode causes = details.putArray("causes");
    cause(causes.addObject(), "decision", refused.decision());
    cause(causes.addObject(), "rule", because.rule());
    cause(causes.addObject(), "reason", because.reason());
    cause(causes.addObject(), "hint", because.hint());
    refused.approval().ifPresent(id -> cause(causes.addObject(), "approval", id));
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
