package dev.countersign.cli.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

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
import java.util.TreeMap;

/**
 * An OpenID Connect issuer as its discovery document describes it. Spoken to over TLS, on this
 * machine without; redirects are not followed.
 */
public final class Provider {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_ANSWER = 1 << 20;

  /** What the issuer says to a form. */
  record Answer(int status, JsonNode body) {

    boolean isOk() {
      return status == 200;
    }

    String error() {
      return body.path("error").asText("HTTP " + status);
    }

    /** The issuer's own words, fit for a terminal. */
    String reason() {
      String description = body.path("error_description").asText("");
      return VisibleText.line(description.isEmpty() ? error() : error() + ": " + description);
    }
  }

  private final HttpClient http;
  private final URI issuer;
  private final JsonNode discovered;

  private Provider(HttpClient http, URI issuer, JsonNode discovered) {
    this.http = http;
    this.issuer = issuer;
    this.discovered = discovered;
  }

  /** Reads the discovery document of an issuer. */
  public static Provider discover(URI issuer) {
    requireSafe(issuer);
    HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    String base = issuer.toString();
    URI document =
        URI.create((base.endsWith("/") ? base : base + "/") + ".well-known/openid-configuration");
    Answer answer = send(http, HttpRequest.newBuilder(document).GET());
    if (!answer.isOk() || !base.equals(answer.body().path("issuer").asText())) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, document + " is not the discovery document of " + issuer);
    }
    return new Provider(http, issuer, answer.body());
  }

  URI issuer() {
    return issuer;
  }

  /** Where it offers something, if it does. */
  Optional<URI> endpoint(String name) {
    String value = discovered.path(name).asText("");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    URI uri = URI.create(value);
    requireSafe(uri);
    return Optional.of(uri);
  }

  /** Posts a form to an endpoint that must be there. */
  Answer post(String endpoint, Map<String, String> form) {
    URI uri =
        endpoint(endpoint)
            .orElseThrow(
                () -> new CommandFailure(ExitCode.UNAVAILABLE, issuer + " has no " + endpoint));
    String body =
        new TreeMap<>(form)
            .entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(joining("&"));
    return send(
        http,
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Answer send(HttpClient http, HttpRequest.Builder request) {
    HttpRequest built = request.timeout(PATIENCE).header("Accept", "application/json").build();
    try {
      HttpResponse<InputStream> response = http.send(built, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return new Answer(response.statusCode(), parse(body.readNBytes(MAX_ANSWER)));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          built.uri() + " does not answer: " + e.getClass().getSimpleName(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }

  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private static void requireSafe(URI uri) {
    String host = String.valueOf(uri.getHost());
    boolean isThisMachine =
        host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
    if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && isThisMachine)) {
      throw new CommandFailure(
          ExitCode.REFUSED, uri + " is not https: a token must not travel there in the clear");
    }
  }
}
