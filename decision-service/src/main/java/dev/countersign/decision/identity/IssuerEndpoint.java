package dev.countersign.decision.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches an issuer's public keys over HTTP: bounded in size and time, no redirects.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect
 *     Discovery</a>
 */
final class IssuerEndpoint {

  /** Bytes; a key set of 100 RSA keys with certificates is smaller. */
  private static final long MAX_DOCUMENT = 256 * 1024;

  private final IssuerConfig issuer;
  private final HttpClient http;

  IssuerEndpoint(IssuerConfig issuer) {
    this.issuer = issuer;
    this.http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(issuer.keyCache().timeout())
            .build();
  }

  /**
   * The keys the issuer publishes now.
   *
   * @throws IOException if they cannot be had or none of them can be read
   */
  List<JWK> keys() throws IOException {
    URI uri = issuer.jwksUri().isPresent() ? issuer.jwksUri().get() : discover();
    byte[] document = get(uri);
    try {
      List<JWK> keys = JWKSet.parse(text(document, uri)).getKeys();
      if (keys.isEmpty()) {
        throw new IOException(uri + " has no keys");
      }
      return keys;
    } catch (ParseException | TokenRefused e) {
      throw new IOException(uri + " is not a key set", e);
    }
  }

  private URI discover() throws IOException {
    String base = issuer.issuer();
    URI uri =
        URI.create((base.endsWith("/") ? base : base + "/") + ".well-known/openid-configuration");
    byte[] document = get(uri);
    try {
      JsonNode discovered = StrictJson.object(document, "discovery document");
      if (!issuer.issuer().equals(discovered.path("issuer").textValue())) {
        throw new IOException(uri + " speaks for another issuer");
      }
      URI jwks = URI.create(discovered.path("jwks_uri").asText(""));
      IssuerConfig.requireFetchable(jwks, issuer.plainHttp());
      return jwks;
    } catch (TokenRefused | IllegalArgumentException e) {
      throw new IOException(uri + " is not a usable discovery document", e);
    }
  }

  private byte[] get(URI uri) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(issuer.keyCache().timeout())
            .header("Accept", "application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_DOCUMENT));
    try {
      // The request's own time-out ends with the headers; a body may drip for ever.
      HttpResponse<byte[]> response =
          exchange.get(issuer.keyCache().timeout().toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(uri + " answered " + response.statusCode());
      }
      return response.body();
    } catch (ExecutionException e) {
      throw new IOException(uri + " does not answer", e.getCause());
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException(uri + " does not answer in time", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + uri, e);
    }
  }

  /** Checks the document with our parser first: the key library's has no depth limit of ours. */
  private static String text(byte[] document, URI uri) throws TokenRefused {
    StrictJson.object(document, uri.toString());
    return new String(document, StandardCharsets.UTF_8);
  }
}
