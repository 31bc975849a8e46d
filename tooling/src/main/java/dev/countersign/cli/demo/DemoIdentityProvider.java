package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A small but real OpenID Connect issuer for the demo: discovery, keys and a token endpoint, on
 * this machine's loopback address only.
 *
 * <p>The agent gets its token with client credentials, as it would anywhere. Humans get theirs with
 * {@link #DEMO_GRANT}, which asks for no password: whoever runs programs on this machine may be
 * anybody. That is good for a demo and for nothing else.
 */
public final class DemoIdentityProvider implements AutoCloseable {

  /** The grant type that gives a human's token to whoever asks; the parameter is {@code user}. */
  public static final String DEMO_GRANT = "urn:countersign:demo-grant";

  /** What its tokens are for. */
  public static final String AUDIENCE = "countersign";

  /** The public client that the command line and the console are. */
  public static final String CLIENT = "countersign-cli";

  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final int MAX_FORM = 4096;

  /**
   * Somebody the demo knows.
   *
   * @param name the {@code sub} and the {@code preferred_username}
   */
  private record Account(
      String name, Subject.Kind kind, List<String> groups, Optional<String> owner) {}

  private static final Account AGENT =
      new Account("agent-7", Subject.Kind.AGENT, List.of("ai-agents"), Optional.of("alice"));

  private static final List<Account> ACCOUNTS =
      List.of(
          AGENT,
          human("olivia", "compliance-officers"),
          human("oscar", "compliance-officers"),
          human("bob", "dba-approvers"),
          human("audrey", "auditors"),
          // Generates load for the benchmark and reaches nothing else.
          new Account("bench", Subject.Kind.AGENT, List.of("bench"), Optional.empty()));

  private static Account human(String name, String group) {
    return new Account(name, Subject.Kind.HUMAN, List.of(group), Optional.empty());
  }

  /** An OAuth error as RFC 6749, 5.2 has it. */
  private static final class GrantRefused extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    GrantRefused(int status, String code) {
      super(code);
      this.status = status;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ECKey key;
  private final String agentSecret;

  private DemoIdentityProvider(HttpServer server, ECKey key) {
    this.server = server;
    this.key = key;
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    this.agentSecret = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /**
   * Starts an issuer with a new key.
   *
   * @param port 0 takes any free one
   * @throws IOException if the port is taken
   */
  public static DemoIdentityProvider start(int port) throws IOException {
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    try {
      ECKey key =
          new ECKeyGenerator(Curve.P_256)
              .keyID(UUID.randomUUID().toString())
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .generate();
      var provider = new DemoIdentityProvider(HttpServer.create(address, 0), key);
      provider.listen();
      return provider;
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  private void listen() {
    server.setExecutor(threads);
    route("/.well-known/openid-configuration", "GET", exchange -> json(exchange, 200, discovery()));
    route("/keys", "GET", exchange -> json(exchange, 200, new JWKSet(key).toString(true)));
    route("/token", "POST", this::answerToken);
    server.start();
  }

  /** Paths are exact, and so is the host: a web page must not reach this by a name of its own. */
  private void route(String path, String method, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
          if (!issuer().endsWith("/" + host)) {
            json(exchange, 421, error("misdirected_request"));
          } else if (!exchange.getRequestURI().getPath().equals(path)) {
            json(exchange, 404, error("not_found"));
          } else if (!exchange.getRequestMethod().equals(method)) {
            json(exchange, 405, error("method_not_allowed"));
          } else {
            handler.handle(exchange);
          }
        });
  }

  /** The issuer's name, which is its address too. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The client id of the agent. */
  public String agentClientId() {
    return AGENT.name();
  }

  /** The agent's client secret, made when this started. */
  public String agentClientSecret() {
    return agentSecret;
  }

  /**
   * A token of one hour.
   *
   * @throws IllegalArgumentException if the demo does not know the user
   */
  public String token(String user) {
    return sign(
        account(user)
            .orElseThrow(() -> new IllegalArgumentException("nobody is called " + user + " here")));
  }

  private static Optional<Account> account(String name) {
    return ACCOUNTS.stream().filter(account -> account.name().equals(name)).findFirst();
  }

  private String sign(Account account) {
    Instant now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject(account.name())
            .audience(AUDIENCE)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .jwtID(UUID.randomUUID().toString())
            .claim("preferred_username", account.name())
            .claim("groups", account.groups())
            .claim("countersign_kind", account.kind().name().toLowerCase(Locale.ROOT));
    account.owner().ifPresent(owner -> claims.claim("on_behalf_of", owner));
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims.build());
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("our own key signs", e);
    }
    return token.serialize();
  }

  private void answerToken(HttpExchange exchange) throws IOException {
    try {
      String token =
          sign(granted(form(exchange), exchange.getRequestHeaders().getFirst("Authorization")));
      json(
          exchange,
          200,
          "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
              .formatted(token, LIFETIME.toSeconds()));
    } catch (GrantRefused e) {
      json(exchange, e.status, error(String.valueOf(e.getMessage())));
    }
  }

  private Account granted(Map<String, String> form, @Nullable String authorization)
      throws GrantRefused {
    return switch (form.getOrDefault("grant_type", "")) {
      case "client_credentials" -> client(form, authorization);
      case DEMO_GRANT ->
          account(form.getOrDefault("user", ""))
              .filter(account -> account.kind() == Subject.Kind.HUMAN)
              .orElseThrow(() -> new GrantRefused(400, "invalid_grant"));
      default -> throw new GrantRefused(400, "unsupported_grant_type");
    };
  }

  /** RFC 6749, 2.3.1: the client's secret in a Basic header or in the form. */
  private Account client(Map<String, String> form, @Nullable String authorization)
      throws GrantRefused {
    String given =
        authorization != null
            ? authorization
            : basic(form.getOrDefault("client_id", ""), form.getOrDefault("client_secret", ""));
    byte[] expected = basic(AGENT.name(), agentSecret).getBytes(UTF_8);
    if (!MessageDigest.isEqual(expected, given.getBytes(UTF_8))) {
      throw new GrantRefused(401, "invalid_client");
    }
    return AGENT;
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException, GrantRefused {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(MAX_FORM + 1);
      if (body.length > MAX_FORM) {
        throw new GrantRefused(413, "invalid_request");
      }
      Map<String, String> form = new HashMap<>();
      for (String pair : new String(body, UTF_8).split("&", -1)) {
        String[] parts = pair.split("=", 2);
        form.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
      }
      return form;
    } catch (IllegalArgumentException e) {
      throw new GrantRefused(400, "invalid_request");
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  private String discovery() {
    return """
    {"issuer":"%1$s","jwks_uri":"%1$s/keys","token_endpoint":"%1$s/token",
    "grant_types_supported":["client_credentials","%2$s"],
    "token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],
    "response_types_supported":["token"],"subject_types_supported":["public"],
    "id_token_signing_alg_values_supported":["ES256"]}
    """
        .formatted(issuer(), DEMO_GRANT);
  }

  private static String error(String code) {
    return "{\"error\":\"" + code + "\"}";
  }

  private static void json(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
