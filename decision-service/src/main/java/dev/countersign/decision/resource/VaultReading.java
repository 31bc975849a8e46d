package dev.countersign.decision.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * One reading from Vault's key-value engine: bounded in size and time, no redirects, so that the
 * token goes nowhere else.
 *
 * @see <a
 *     href="https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version">Vault,
 *     KV version 2, read a secret</a>
 */
final class VaultReading {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long MAX_ANSWER = 256 * 1024;
  private static final Pattern SEGMENTS =
      Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private VaultReading() {}

  static void require(URI address, String mount, String path) {
    String host = String.valueOf(address.getHost());
    boolean isThisMachine = host.equals("localhost") || host.equals("127.0.0.1");
    if (!"https".equals(address.getScheme())
        && !("http".equals(address.getScheme()) && isThisMachine)) {
      throw new IllegalArgumentException(address + " must be https");
    }
    if (!SEGMENTS.matcher(mount).matches() || !SEGMENTS.matcher(path).matches()) {
      throw new IllegalArgumentException("a path in Vault is words with slashes between them");
    }
  }

  static String read(Secret.FromVault secret) {
    String base = secret.address().toString().replaceAll("/+$", "");
    URI uri = URI.create(base + "/v1/" + secret.mount() + "/data/" + secret.path());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("X-Vault-Request", "true")
            .header("X-Vault-Token", secret.token().reveal());
    secret.namespace().ifPresent(name -> request.header("X-Vault-Namespace", name));
    HttpResponse<byte[]> response = send(request.build());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(uri + " answers " + response.statusCode());
    }
    JsonNode field = field(response.body(), uri).get(secret.field());
    if (field == null || !field.isTextual() || field.textValue().isEmpty()) {
      throw new IllegalStateException(uri + " has no text in field " + secret.field());
    }
    return field.textValue();
  }

  private static JsonNode field(byte[] body, URI uri) {
    try {
      return JSON.readTree(body).path("data").path("data");
    } catch (JsonProcessingException e) {
      // Without the cause: its message quotes what Vault sent.
      throw new IllegalStateException(uri + " does not answer in JSON");
    } catch (IOException e) {
      throw new IllegalStateException(uri + " cannot be read", e);
    }
  }

  private static HttpResponse<byte[]> send(HttpRequest request) {
    try (HttpClient http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build()) {
      CompletableFuture<HttpResponse<byte[]>> exchange =
          http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
      try {
        return exchange.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        http.shutdownNow();
        throw new IllegalStateException(request.uri() + " does not answer", e);
      } catch (InterruptedException e) {
        http.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while asking " + request.uri(), e);
      }
    }
  }
}
