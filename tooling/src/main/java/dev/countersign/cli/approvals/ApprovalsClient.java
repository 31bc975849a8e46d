package dev.countersign.cli.approvals;

import static dev.countersign.cli.api.ApiClient.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.api.ApiClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Approvals over the API, as one subject. */
public final class ApprovalsClient {

  private static final String PATH = "/api/v1/approvals";
  private static final String BEFOREHAND = "/api/v1/pre-approvals";

  private final ApiClient api;

  public ApprovalsClient(ApiClient api) {
    this.api = api;
  }

  /** Requests the subject may see. */
  public JsonNode list(Optional<String> state) {
    return api.list(PATH + state.map(s -> "?state=" + encoded(s)).orElse(""), "approvals")
        .path("approvals");
  }

  /** One request, whole. */
  public JsonNode show(String id) {
    return api.get(PATH + "/" + encoded(id));
  }

  /** Lets it run. The digest says what was seen; another command is not approved by it. */
  public JsonNode approve(String id, String digest, String comment) {
    return answer(id, "approve", Map.of("digest", digest, "comment", comment));
  }

  public JsonNode deny(String id, String digest, String comment) {
    return answer(id, "deny", Map.of("digest", digest, "comment", comment));
  }

  /**
   * Answers what was shown, and nothing else: the gateway refuses if it would show something else
   * now.
   *
   * @param verb {@code approve} or {@code deny}
   * @param shown the request as {@link #show} gave it
   */
  JsonNode answer(String verb, JsonNode shown, String comment) {
    return answer(
        shown.path("id").asText(),
        verb,
        Map.of(
            "digest",
            shown.path("digest").asText(),
            "view",
            shown.path("view").asText(),
            "comment",
            comment));
  }

  private JsonNode answer(String id, String verb, Map<String, ?> body) {
    return api.post(PATH + "/" + encoded(id) + "/" + verb, body);
  }

  /** Asks the approvers of a request to let the same command run for a while. */
  JsonNode preApprove(String id, Duration window, String reason) {
    return answer(id, "pre-approve", Map.of("for", window.toString(), "reason", reason));
  }

  /** What may run without being asked for each time, and what might. */
  JsonNode preApprovals() {
    return api.list(BEFOREHAND, "preApprovals").path("preApprovals");
  }

  JsonNode revoke(String id, String reason) {
    return api.post(BEFOREHAND + "/" + encoded(id) + "/revoke", Map.of("reason", reason));
  }
}
