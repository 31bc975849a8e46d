package dev.countersign.cli.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Speaks the HTTP API of the decision service as one subject; errors are told in its words. */
public final class ApiClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int MAX_PARTS = 100;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI server;
  private final Optional<String> token;

  /** Asks what everybody may ask. */
  public static ApiClient anonymous(URI server) {
    return new ApiClient(server, Optional.empty());
  }

  private ApiClient(URI server, Optional<String> token) {
    this.server = server;
    this.token = token;
  }

  /**
   * @param server the address of the API, without path
   * @param token the subject's bearer token
   */
  public ApiClient(URI server, String token) {
    this(server, Optional.of(token));
  }

  /**
   * Asks for something.
   *
   * @param path from the root, its parts {@link #encoded}
   */
  public JsonNode get(String path) {
    return json(send(request(path).GET()));
  }

  /** Asks for a file. */
  public byte[] file(String path) {
    return send(request(path).GET());
  }

  /**
   * Asks for all of a list, part by part.
   *
   * @param member what the list is called in the answer
   * @return an object with the whole list as that member, and the first part's other members
   */
  public ObjectNode list(String path, String member) {
    ObjectNode all = (ObjectNode) get(path);
    JsonNode next = all.path("next");
    for (int parts = 1; next.isTextual() && parts < MAX_PARTS; parts++) {
      String separator = path.contains("?") ? "&" : "?";
      JsonNode part = get(path + separator + "cursor=" + encoded(next.textValue()));
      part.path(member).forEach(all.withArray(member)::add);
      next = part.path("next");
    }
    all.remove("next");
    return all;
  }

  public JsonNode post(String path, Map<String, ?> body) {
    return post(path, "application/json", JSON.valueToTree(body).toString().getBytes(UTF_8));
  }

  public JsonNode post(String path, String type, byte[] body) {
    return json(
        sendOnce(
            request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body))));
  }

  /**
   * Asks for events, of which there is no last one. The caller closes what is given.
   *
   * @param last the id of the last event that is known
   */
  InputStream stream(String path, Optional<String> last) {
    HttpRequest.Builder request = request(path).GET();
    last.ifPresent(id -> request.header("Last-Event-ID", id));
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() == 200) {
        return response.body();
      }
      try (InputStream body = response.body()) {
        throw refusal(response.statusCode(), body.readNBytes(MAX_ANSWER_BYTES));
      }
    } catch (IOException e) {
      throw unanswered(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }

  private CommandFailure unanswered(IOException e) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE, "the gateway at " + server + " does not answer: " + e, e);
  }

  public JsonNode put(String path, byte[] json) {
    return json(
        sendOnce(
            request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(json))));
  }

  public JsonNode delete(String path) {
    return json(sendOnce(request(path).DELETE()));
  }

  /** Sends a change again if its answer does not arrive; the key has it made once. */
  private byte[] sendOnce(HttpRequest.Builder request) {
    request.header("Idempotency-Key", UUID.randomUUID().toString());
    try {
      return send(request);
    } catch (CommandFailure e) {
      if (e.getCause() instanceof HttpTimeoutException || !(e.getCause() instanceof IOException)) {
        throw e;
      }
      return send(request);
    }
  }

  private HttpRequest.Builder request(String path) {
    String base = server.toString().replaceAll("/+$", "");
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
    return request;
  }

  private byte[] send(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES);
        if (response.statusCode() == 200) {
          return bytes;
        }
        throw refusal(response.statusCode(), bytes);
      }
    } catch (IOException e) {
      throw unanswered(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }

  private JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the gateway at " + server + " does not answer in JSON", e);
    }
  }

  private static CommandFailure refusal(int status, byte[] body) throws IOException {
    JsonNode error;
    try {
      error = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      error = JSON.createObjectNode();
    }
    String message = error.path("detail").asText("the gateway answers with HTTP " + status);
    String hint = error.path("hint").asText("");
    return new CommandFailure(
        status == 404 ? ExitCode.NOT_FOUND : ExitCode.REFUSED,
        (hint.isEmpty() ? message : message + " (" + hint + ")")
            .lines()
            .map(VisibleText::line)
            .collect(joining("\n")));
  }

  /** A part of a path, whatever is in it. */
  public static String encoded(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }
}
