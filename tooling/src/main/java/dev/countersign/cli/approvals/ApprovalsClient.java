package dev.countersign.cli.approvals;

import static dev.countersign.cli.api.ApiClient.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.api.ApiClient;
import java.util.Map;
import java.util.Optional;

/** Approvals over the API, as one subject. */
public final class ApprovalsClient {

  private static final String PATH = "/api/v1/approvals";

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
    return answer(id, "approve", digest, comment);
  }

  public JsonNode deny(String id, String digest, String comment) {
    return answer(id, "deny", digest, comment);
  }

  private JsonNode answer(String id, String verb, String digest, String comment) {
    return api.post(
        PATH + "/" + encoded(id) + "/" + verb, Map.of("digest", digest, "comment", comment));
  }
}
