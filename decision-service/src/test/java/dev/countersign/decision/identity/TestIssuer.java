package dev.countersign.decision.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An issuer over real HTTP that can be made to misbehave. */
final class TestIssuer implements AutoCloseable {

  static final String AUDIENCE = "countersign";
  static final RSAKey KEY = rsa("first");
  static final RSAKey NEXT_KEY = rsa("second");

  final AtomicInteger keyRequests = new AtomicInteger();
  volatile Supplier<byte[]> keyDocument = () -> documentOf(KEY);
  volatile int status = 200;
  private final HttpServer server;

  TestIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                200,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}"
                    .formatted(url(), url())
                    .getBytes(UTF_8)));
    server.createContext(
        "/keys",
        exchange -> {
          keyRequests.incrementAndGet();
          answer(exchange, status, keyDocument.get());
        });
    server.start();
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  static byte[] documentOf(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true).getBytes(UTF_8);
  }

  static RSAKey rsa(String keyId) {
    try {
      return new RSAKeyGenerator(2048).keyID(keyId).keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  IssuerConfig config() {
    return config(IssuerConfig.KeyCache.DEFAULT);
  }

  IssuerConfig config(IssuerConfig.KeyCache keyCache) {
    return new IssuerConfig(
        url(),
        AUDIENCE,
        Set.of(),
        Optional.empty(),
        IssuerConfig.DEFAULT_ALGORITHMS,
        IssuerConfig.Claims.DEFAULT,
        Duration.ofSeconds(30),
        keyCache,
        false);
  }

  /** The claims of a good token, without the braces. */
  String claims(Instant now) {
    return """
    "iss":"%s","aud":["other","%s"],"sub":"agent-7-id","preferred_username":"agent-7",\
    "iat":%d,"exp":%d\
    """
        .formatted(url(), AUDIENCE, now.getEpochSecond(), now.getEpochSecond() + 600);
  }

  /** Signs whatever it is given, as a JSON library would never write it. */
  static String sign(String header, String payload, RSAKey key) {
    try {
      String input = base64(header.getBytes(UTF_8)) + "." + base64(payload.getBytes(UTF_8));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.toPrivateKey());
      signature.update(input.getBytes(UTF_8));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException | JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
