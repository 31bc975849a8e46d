package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.cli.demo.DemoGrants.Refused;
import dev.countersign.cli.demo.DemoGrants.SignedIn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A small but real OpenID Connect issuer for the demo, on this machine's loopback address only:
 * discovery, keys, device flow, authorization code with PKCE, client credentials, refresh.
 *
 * <p>The agent gets its token with client credentials, as it would anywhere. Humans choose who they
 * are and are not asked for a password: whoever runs programs on this machine may be anybody. That
 * is good for a demo and for nothing else.
 */
public final class DemoIdentityProvider implements AutoCloseable {

  /** The grant type that gives a human's token to whoever asks; the parameter is {@code user}. */
  public static final String DEMO_GRANT = "urn:countersign:demo-grant";

  /** What its tokens are for. */
  public static final String AUDIENCE = "countersign";

  /** The public client that the command line and the console are. */
  public static final String CLIENT = "countersign-cli";

  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final int MAX_FORM = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final DemoTokens tokens = new DemoTokens();
  private final DemoGrants grants = new DemoGrants(InstantSource.system());
  private final String agentSecret;

  private DemoIdentityProvider(HttpServer server) {
    this.server = server;
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
    var provider = new DemoIdentityProvider(HttpServer.create(address, 0));
    provider.listen();
    return provider;
  }

  private void listen() {
    server.setExecutor(threads);
    route("/.well-known/openid-configuration", "GET", exchange -> json(exchange, 200, discovery()));
    route("/keys", "GET", exchange -> json(exchange, 200, tokens.publicKeys()));
    route("/token", "POST", this::answerToken);
    route("/device", "POST", this::answerDevice);
    route("/activate", "GET", this::showActivation);
    route("/activated", "POST", this::activate);
    route("/authorize", "GET", this::showAuthorization);
    route("/authorized", "POST", this::authorize);
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
          } else if (isForeign(exchange)) {
            json(exchange, 403, error("foreign_origin"));
          } else {
            handler.handle(exchange);
          }
        });
  }

  /** A form of another site's page. */
  private boolean isForeign(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    return origin != null && !origin.equals(issuer());
  }

  /** The issuer's name, which is its address too. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The client id of the agent. */
  public String agentClientId() {
    return DemoAccount.AGENT.name();
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
    DemoAccount account =
        DemoAccount.named(user)
            .orElseThrow(() -> new IllegalArgumentException("nobody is called " + user + " here"));
    return tokens.access(issuer(), account, Optional.empty());
  }

  private void answerToken(HttpExchange exchange) throws IOException {
    try {
      json(
          exchange,
          200,
          granted(form(exchange), exchange.getRequestHeaders().getFirst("Authorization"))
              .toString());
    } catch (Refused e) {
      json(exchange, e.status(), error(String.valueOf(e.getMessage())));
    }
  }

  private ObjectNode granted(Map<String, String> form, @Nullable String authorization)
      throws Refused {
    String verifier = form.getOrDefault("code_verifier", "");
    return switch (form.getOrDefault("grant_type", "")) {
      case "client_credentials" -> answer(client(form, authorization));
      case DEMO_GRANT ->
          answer(
              DemoAccount.humanNamed(form.getOrDefault("user", ""))
                  .orElseThrow(() -> new Refused(400, "invalid_grant")));
      case DEVICE_GRANT ->
          answer(
              publicClient(
                  form, grants.takeDevice(form.getOrDefault("device_code", ""), verifier)));
      case "authorization_code" ->
          answer(
              publicClient(
                  form,
                  grants.takeCode(
                      form.getOrDefault("code", ""),
                      form.getOrDefault("redirect_uri", ""),
                      verifier)));
      case "refresh_token" ->
          answer(publicClient(form, grants.takeRefresh(form.getOrDefault("refresh_token", ""))));
      default -> throw new Refused(400, "unsupported_grant_type");
    };
  }

  private static SignedIn publicClient(Map<String, String> form, SignedIn human) throws Refused {
    if (!CLIENT.equals(form.get("client_id"))) {
      throw new Refused(400, "invalid_client");
    }
    return human;
  }

  private ObjectNode answer(DemoAccount account) {
    return answer(account, Optional.empty());
  }

  private ObjectNode answer(SignedIn human) {
    return answer(human.account(), Optional.of(human.at()))
        .put("refresh_token", grants.refresh(human))
        .put("id_token", tokens.id(issuer(), human.account(), CLIENT, human.nonce(), human.at()));
  }

  private ObjectNode answer(DemoAccount account, Optional<Instant> signedIn) {
    return JSON.createObjectNode()
        .put("access_token", tokens.access(issuer(), account, signedIn))
        .put("token_type", "Bearer")
        .put("expires_in", DemoTokens.LIFETIME.toSeconds());
  }

  /** RFC 6749, 2.3.1: the client's secret in a Basic header or in the form. */
  private DemoAccount client(Map<String, String> form, @Nullable String authorization)
      throws Refused {
    String given =
        authorization != null
            ? authorization
            : basic(form.getOrDefault("client_id", ""), form.getOrDefault("client_secret", ""));
    byte[] expected = basic(DemoAccount.AGENT.name(), agentSecret).getBytes(UTF_8);
    if (!MessageDigest.isEqual(expected, given.getBytes(UTF_8))) {
      throw new Refused(401, "invalid_client");
    }
    return DemoAccount.AGENT;
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }

  private void answerDevice(HttpExchange exchange) throws IOException {
    try {
      Map<String, String> form = form(exchange);
      if (!CLIENT.equals(form.get("client_id"))) {
        throw new Refused(400, "invalid_client");
      }
      DemoGrants.Device device = grants.device(Optional.ofNullable(form.get("code_challenge")));
      json(
          exchange,
          200,
          JSON.createObjectNode()
              .put("device_code", device.deviceCode())
              .put("user_code", device.userCode())
              .put("verification_uri", issuer() + "/activate")
              .put(
                  "verification_uri_complete",
                  issuer() + "/activate?user_code=" + device.userCode())
              .put("expires_in", DemoGrants.PATIENCE.toSeconds())
              .put("interval", DemoGrants.INTERVAL.toSeconds())
              .toString());
    } catch (Refused e) {
      json(exchange, e.status(), error(String.valueOf(e.getMessage())));
    }
  }

  private void showActivation(HttpExchange exchange) throws IOException {
    String code = query(exchange).getOrDefault("user_code", "");
    if (grants.waits(code)) {
      html(
          exchange,
          DemoSignInPage.choice(
              "A terminal that shows " + code + " wants to be you.",
              "/activated",
              Map.of("user_code", code)));
    } else {
      html(exchange, DemoSignInPage.code());
    }
  }

  private void activate(HttpExchange exchange) throws IOException {
    try {
      Map<String, String> form = form(exchange);
      boolean waited =
          grants.answer(
              form.getOrDefault("user_code", ""),
              DemoAccount.humanNamed(form.getOrDefault("user", "")));
      html(
          exchange,
          DemoSignInPage.message(
              waited ? "Done: go back to the terminal." : "No terminal waits for that code."));
    } catch (Refused e) {
      json(exchange, e.status(), error(String.valueOf(e.getMessage())));
    }
  }

  private void showAuthorization(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange);
    if (!isAuthorizationRequest(query)) {
      json(exchange, 400, error("invalid_request"));
      return;
    }
    html(
        exchange,
        DemoSignInPage.choice("A web page wants to know who you are.", "/authorized", query));
  }

  /** Only with PKCE, and back to this machine only: RFC 8252, 7.3. */
  private static boolean isAuthorizationRequest(Map<String, String> query) {
    return "code".equals(query.get("response_type"))
        && CLIENT.equals(query.get("client_id"))
        && "S256".equals(query.get("code_challenge_method"))
        && query.getOrDefault("code_challenge", "").matches("[A-Za-z0-9_-]{43}")
        && query
            .getOrDefault("redirect_uri", "")
            .matches("http://(127\\.0\\.0\\.1|localhost):[0-9]{1,5}/[A-Za-z0-9/_.-]*");
  }

  private void authorize(HttpExchange exchange) throws IOException {
    try {
      Map<String, String> form = form(exchange);
      if (!isAuthorizationRequest(form)) {
        throw new Refused(400, "invalid_request");
      }
      String redirect = form.getOrDefault("redirect_uri", "");
      String result =
          DemoAccount.humanNamed(form.getOrDefault("user", ""))
              .map(
                  account ->
                      "code="
                          + grants.code(
                              account,
                              URI.create(redirect),
                              form.getOrDefault("code_challenge", ""),
                              Optional.ofNullable(form.get("nonce"))))
              .orElse("error=access_denied");
      String state =
          form.containsKey("state") ? "&state=" + encode(form.getOrDefault("state", "")) : "";
      exchange
          .getResponseHeaders()
          .set("Location", redirect + "?" + result + state + "&iss=" + encode(issuer()));
      exchange.sendResponseHeaders(303, -1);
      exchange.close();
    } catch (Refused e) {
      json(exchange, e.status(), error(String.valueOf(e.getMessage())));
    }
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException, Refused {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(MAX_FORM + 1);
      if (body.length > MAX_FORM) {
        throw new Refused(413, "invalid_request");
      }
      return parameters(new String(body, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new Refused(400, "invalid_request");
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    try {
      return query == null ? Map.of() : parameters(query);
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private String discovery() {
    return """
    {"issuer":"%1$s","jwks_uri":"%1$s/keys","token_endpoint":"%1$s/token",
    "authorization_endpoint":"%1$s/authorize","device_authorization_endpoint":"%1$s/device",
    "grant_types_supported":["client_credentials","authorization_code","refresh_token","%2$s","%3$s"],
    "token_endpoint_auth_methods_supported":["none","client_secret_basic","client_secret_post"],
    "code_challenge_methods_supported":["S256"],
    "authorization_response_iss_parameter_supported":true,
    "response_types_supported":["code"],"subject_types_supported":["public"],
    "id_token_signing_alg_values_supported":["ES256"]}
    """
        .formatted(issuer(), DEVICE_GRANT, DEMO_GRANT);
  }

  private static String error(String code) {
    return "{\"error\":\"" + code + "\"}";
  }

  private static void json(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, "application/json", body);
  }

  private static void html(HttpExchange exchange, String body) throws IOException {
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    send(exchange, 200, "text/html; charset=utf-8", body);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
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
