package dev.countersign.decision.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An issuer as a relying party sees it: authorization code with PKCE, and refresh. Its answers are
 * bounded in size and time, and it is not followed anywhere else. Safe for any number of threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700">RFC 9700, Best Current Practice for OAuth
 *     2.0 Security</a>
 */
final class OpenIdProvider {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long MAX_DOCUMENT = 64 * 1024L;
  private static final JsonMapper JSON = mapper();

  /** Where an issuer does what. */
  private record Endpoints(URI authorization, URI token) {}

  /**
   * What an issuer gives for a code.
   *
   * @param access the access token, yet to be verified
   * @param refresh what to get the next one with
   */
  record Tokens(String access, Optional<String> refresh, Optional<String> id) {}

  private final Registration registration;
  private final URI redirect;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final AtomicReference<@Nullable Endpoints> endpoints = new AtomicReference<>();

  OpenIdProvider(Registration registration, URI redirect) {
    this.registration = registration;
    this.redirect = redirect;
  }

  private static JsonMapper mapper() {
    JsonMapper mapper = new JsonMapper();
    mapper
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build());
    return mapper;
  }

  /**
   * Where a browser is sent to sign in.
   *
   * @param again whether it must sign in now, whatever session it has at the issuer
   * @param levels the levels of which it must have one; any if empty
   */
  URI authorization(SignInAttempt attempt, boolean again, Set<String> levels) throws SignInFailure {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", registration.client());
    query.put("redirect_uri", redirect.toString());
    query.put("scope", "openid profile");
    query.put("state", attempt.state());
    query.put("nonce", attempt.nonce());
    query.put("code_challenge", attempt.challenge());
    query.put("code_challenge_method", "S256");
    if (again) {
      query.put("prompt", "login");
      query.put("max_age", "0");
    }
    if (!levels.isEmpty()) {
      query.put("acr_values", String.join(" ", levels.stream().sorted().toList()));
    }
    URI endpoint = endpoints().authorization();
    return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + encoded(query));
  }

  Tokens exchange(SignInAttempt attempt, String code) throws SignInFailure {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect.toString());
    form.put("code_verifier", attempt.verifier());
    Tokens tokens = tokens(form);
    requireNonce(tokens, attempt);
    return tokens;
  }

  /**
   * It came from the issuer itself, so its signature adds nothing: OpenID Connect Core, 3.1.3.7.
   */
  private static void requireNonce(Tokens tokens, SignInAttempt attempt) throws SignInFailure {
    if (tokens.id().isEmpty()) {
      return;
    }
    try {
      String[] parts = tokens.id().get().split("\\.", 4);
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      if (parts.length == 3 && attempt.nonce().equals(claims.path("nonce").asText())) {
        return;
      }
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new SignInFailure("the issuer's id token cannot be read");
    }
    throw new SignInFailure("the issuer answered another sign-in than this one");
  }

  Tokens refresh(String refreshToken) throws SignInFailure {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refreshToken);
    return tokens(form);
  }

  private Tokens tokens(Map<String, String> form) throws SignInFailure {
    form.put("client_id", registration.client());
    HttpRequest request =
        HttpRequest.newBuilder(endpoints().token())
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(encoded(form)))
            .build();
    JsonNode answer = ask(request);
    String access = answer.path("access_token").asText();
    if (access.isEmpty()) {
      throw new SignInFailure("the issuer gave no access token");
    }
    return new Tokens(access, text(answer, "refresh_token"), text(answer, "id_token"));
  }

  private static Optional<String> text(JsonNode answer, String member) {
    return Optional.of(answer.path(member).asText()).filter(value -> !value.isEmpty());
  }

  private Endpoints endpoints() throws SignInFailure {
    Endpoints known = endpoints.get();
    if (known != null) {
      return known;
    }
    String issuer = registration.issuer().issuer();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    JsonNode document =
        ask(
            HttpRequest.newBuilder(URI.create(base + "/.well-known/openid-configuration"))
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .build());
    if (!issuer.equals(document.path("issuer").asText())) {
      throw new SignInFailure("the issuer's discovery document is of another issuer");
    }
    Endpoints found =
        new Endpoints(
            endpoint(document, "authorization_endpoint"), endpoint(document, "token_endpoint"));
    endpoints.set(found);
    return found;
  }

  private URI endpoint(JsonNode document, String member) throws SignInFailure {
    try {
      URI uri = URI.create(document.path(member).asText());
      registration.issuer().requireFetchable(uri);
      return uri;
    } catch (IllegalArgumentException e) {
      throw new SignInFailure("the issuer's " + member + " cannot be used", e);
    }
  }

  private JsonNode ask(HttpRequest request) throws SignInFailure {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_DOCUMENT));
    try {
      // The request's own time-out ends with the headers; a body may drip for ever.
      HttpResponse<byte[]> response = exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new SignInFailure("the issuer answered " + response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (ExecutionException | TimeoutException e) {
      exchange.cancel(true);
      throw new SignInFailure("the issuer does not answer", e);
    } catch (IOException e) {
      throw new SignInFailure("the issuer's answer is no JSON");
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new SignInFailure("interrupted while asking the issuer", e);
    }
  }

  private static String encoded(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}
