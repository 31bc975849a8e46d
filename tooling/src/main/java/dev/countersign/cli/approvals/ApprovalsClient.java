package dev.countersign.cli.approvals;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Speaks the HTTP API of the decision service as one subject. */
public final class ApprovalsClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI server;
  private final String token;

  /**
   * @param server the address of the API, without path
   * @param token the subject's bearer token
   */
  public ApprovalsClient(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** Requests the subject may see. */
  public JsonNode list(Optional<String> state) {
    return send(request("" + state.map(s -> "?state=" + encoded(s)).orElse("")).GET())
        .path("approvals");
  }

  /** One request, whole. */
  public JsonNode show(String id) {
    return send(request("/" + encoded(id)).GET());
  }

  /** Lets it run. The digest says what was seen; another command is not approved by it. */
  public JsonNode approve(String id, String digest, String comment) {
    return answer(id, "approve", digest, comment);
  }

  public JsonNode deny(String id, String digest, String comment) {
    return answer(id, "deny", digest, comment);
  }

  private JsonNode answer(String id, String verb, String digest, String comment) {
    String body = JSON.valueToTree(Map.of("digest", digest, "comment", comment)).toString();
    return send(
        request("/" + encoded(id) + "/" + verb)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    String base = server.toString().replaceAll("/+$", "");
    return HttpRequest.newBuilder(URI.create(base + "/api/v1/approvals" + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json");
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES);
        if (response.statusCode() == 200) {
          return JSON.readTree(bytes);
        }
        throw refusal(response.statusCode(), bytes);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the gateway at " + server + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }

  private CommandFailure refusal(int status, byte[] body) throws IOException {
    JsonNode error;
    try {
      error = JSON.readTree(body).path("error");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      error = JSON.createObjectNode();
    }
    String message = error.path("message").asText("the gateway answers with HTTP " + status);
    String hint = error.path("hint").asText("");
    return new CommandFailure(
        status == 404 ? ExitCode.NOT_FOUND : ExitCode.REFUSED,
        VisibleText.line(hint.isEmpty() ? message : message + " (" + hint + ")"));
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }
}
