package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.rules.workbook.WorkbookReader;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.server.handlers.RequestLimit;
import io.undertow.server.handlers.RequestLimitingHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;

/**
 * The API on a port of its own, away from the doors that agents use. Requests run on virtual
 * threads, a bounded number at a time.
 */
public final class ApiServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  private static final int MAX_HEADERS = 16 * 1024;
  private static final int MAX_CONCURRENT = 64;
  private static final int MAX_QUEUED = 256;
  private static final int TIMEOUT_MILLIS = 30_000;

  /** Bytes; a little more than is read: what is longer gets an answer before it is cut off. */
  private static final long MAX_ENTITY = WorkbookReader.MOST_BYTES + 64 * 1024L;

  private static final String JSON = "application/json";

  /** Nothing may run, load or frame. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** What a route does: it reads the exchange and gives the body of a 200. */
  interface Operation {
    byte[] run(HttpServerExchange exchange) throws ApiError, IOException;
  }

  /** One that answers in JSON. */
  private interface JsonOperation {
    ObjectNode run(HttpServerExchange exchange) throws ApiError, IOException;
  }

  /** One method on one path. */
  record Route(String method, String path, String type, Operation operation) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Route> routes = new ArrayList<>();
  private final BooleanSupplier healthy;
  private final Optional<? extends HttpHandler> console;
  private final Undertow server;

  /**
   * @param policy versions of the policy, if they are kept in the database
   * @param connect how to sign in and how to get to resources
   * @param evaluations the policy in force, for other enforcement points
   * @param healthy whether the state's database answers
   * @param console answers what is not the API's, if anything does
   * @throws IllegalArgumentException if the certificate cannot be used
   */
  public ApiServer(
      ApiConfig config,
      TokenVerifier verifier,
      StoredApprovals approvals,
      Optional<PolicyApi> policy,
      ConnectApi connect,
      AccessApi access,
      AccessEvaluations evaluations,
      BooleanSupplier healthy,
      Optional<? extends HttpHandler> console) {
    var caller = new Caller(verifier, config.stepUp());
    this.healthy = healthy;
    this.console = console;
    addApprovals(new ApprovalOperations(approvals, caller));
    policy.ifPresent(api -> addPolicy(new PolicyOperations(api, caller)));
    addConnect(new ConnectOperations(connect, caller));
    addAccess(new AccessOperations(access, caller));
    addAuthZen(
        new AuthZenOperations(config.publicUrl(), caller, evaluations, config.enforcementPoints()));
    this.server = server(config);
  }

  private Undertow server(ApiConfig config) {
    Undertow.Builder builder = Undertow.builder();
    String host = config.listen().getHostString();
    int port = config.listen().getPort();
    config
        .tls()
        .ifPresentOrElse(
            tls -> builder.addHttpsListener(port, host, ServerCertificate.load(tls)),
            () -> builder.addHttpListener(port, host));
    return builder
        .setIoThreads(2)
        .setWorkerThreads(1)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS)
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_ENTITY)
        .setServerOption(UndertowOptions.MAX_PARAMETERS, 16)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, TIMEOUT_MILLIS)
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, TIMEOUT_MILLIS)
        // Between two bytes of a body, or of an answer that nobody takes.
        .setSocketOption(Options.READ_TIMEOUT, TIMEOUT_MILLIS)
        .setSocketOption(Options.WRITE_TIMEOUT, TIMEOUT_MILLIS)
        .setHandler(split(limited(handler())))
        .build();
  }

  private static HttpHandler limited(HttpHandler handler) {
    return new RequestLimitingHandler(new RequestLimit(MAX_CONCURRENT, MAX_QUEUED), handler);
  }

  /** The console has a limit of its own: its pages stay connected to hear of changes. */
  private HttpHandler split(HttpHandler api) {
    if (console.isEmpty()) {
      return api;
    }
    HttpHandler pages = console.get();
    Set<String> paths = routes.stream().map(Route::path).collect(Collectors.toUnmodifiableSet());
    return exchange -> {
      String path = exchange.getRelativePath();
      boolean isApi = path.startsWith("/api/") || paths.contains(path);
      (isApi ? api : pages).handleRequest(exchange);
    };
  }

  /** All the API can do; the OpenAPI document says the same. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  private void add(String method, String path, JsonOperation operation) {
    routes.add(new Route(method, path, JSON, e -> ApiJson.bytes(operation.run(e))));
  }

  private void addApprovals(ApprovalOperations approvals) {
    String one = "/api/v1/approvals/{id}";
    routes.add(new Route("GET", "/healthz", JSON, this::health));
    routes.add(
        new Route("GET", "/openapi.yaml", "application/yaml", e -> resource("/openapi.yaml")));
    add("GET", "/api/v1/whoami", approvals::whoAmI);
    add("GET", "/api/v1/approvals", approvals::list);
    add("GET", one, approvals::show);
    add("POST", one + "/approve", approvals::approve);
    add("POST", one + "/deny", approvals::deny);
  }

  private void addPolicy(PolicyOperations policy) {
    String all = "/api/v1/policy/versions";
    String one = all + "/{id}";
    add("GET", all, policy::list);
    add("POST", all, policy::submit);
    add("GET", one, policy::show);
    routes.add(new Route("GET", one + "/workbook", PolicyOperations.XLSX, policy::workbook));
    add("POST", one + "/activate", policy::activate);
    add("POST", one + "/evaluate", policy::evaluate);
    add("GET", "/api/v1/policy/activations", policy::history);
  }

  private void addConnect(ConnectOperations connect) {
    String credentials = "/api/v1/credentials";
    add("GET", "/api/v1/sign-in", connect::signIn);
    add("GET", "/api/v1/resources", connect::resources);
    add("GET", credentials, connect::list);
    add("POST", credentials, connect::mint);
    add("DELETE", credentials + "/{id}", connect::revoke);
  }

  private void addAccess(AccessOperations access) {
    String grants = "/api/v1/grants";
    add("GET", grants, access::list);
    add("POST", grants, access::request);
    add("GET", grants + "/{id}", access::show);
    add("POST", grants + "/{id}/extend", access::extend);
    add("POST", grants + "/{id}/revoke", access::revoke);
    add("GET", "/api/v1/sessions", access::sessions);
    add("POST", "/api/v1/sessions/{id}/kill", access::kill);
  }

  private void addAuthZen(AuthZenOperations authZen) {
    add("GET", AuthZenOperations.METADATA, authZen::metadata);
    add("POST", AuthZenOperations.EVALUATION, authZen::evaluate);
    add("POST", AuthZenOperations.EVALUATIONS, authZen::evaluateAll);
  }

  private HttpHandler handler() {
    RoutingHandler routing = new RoutingHandler();
    for (Route route : routes) {
      routing.add(route.method(), route.path(), on(route.type(), route.operation()));
    }
    routing.setFallbackHandler(
        on(
            JSON,
            exchange -> {
              throw ApiError.noSuchPath();
            }));
    routing.setInvalidMethodHandler(
        on(
            JSON,
            exchange -> {
              throw ApiError.methodNotAllowed();
            }));
    return routing;
  }

  private byte[] health(HttpServerExchange exchange) {
    boolean ok = healthy.getAsBoolean();
    exchange.setStatusCode(ok ? 200 : 503);
    return ApiJson.bytes(ApiJson.object().put("status", ok ? "ok" : "degraded"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ApiServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing");
      }
      return in.readAllBytes();
    }
  }

  /** Runs an operation on a virtual thread, and turns whatever goes wrong into an error. */
  private HttpHandler on(String type, Operation operation) {
    return exchange ->
        exchange.dispatch(
            threads,
            dispatched -> {
              dispatched.startBlocking();
              respond(dispatched, type, operation);
            });
  }

  private static void respond(HttpServerExchange exchange, String type, Operation operation) {
    try {
      send(exchange, type, operation.run(exchange));
    } catch (ApiError e) {
      refuse(exchange, e);
    } catch (IOException | RuntimeException e) {
      log.atError()
          .setCause(e)
          .addKeyValue("path", exchange.getRelativePath())
          .log("API request failed");
      refuse(exchange, ApiError.internal());
    }
  }

  private static void refuse(HttpServerExchange exchange, ApiError error) {
    exchange.setStatusCode(error.status());
    if (error.status() == 401) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    }
    send(exchange, JSON, ApiJson.bytes(ApiJson.error(error)));
  }

  private static void send(HttpServerExchange exchange, String type, byte[] body) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, type);
    headers.put(Headers.CACHE_CONTROL, "no-store");
    headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
    headers.put(new HttpString("Content-Security-Policy"), CONTENT_SECURITY_POLICY);
    headers.put(new HttpString("Referrer-Policy"), "no-referrer");
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  /**
   * Begins to answer.
   *
   * @throws UncheckedIOException if the address cannot be listened on
   */
  public void start() {
    try {
      server.start();
    } catch (RuntimeException e) {
      threads.close();
      throw new UncheckedIOException(
          new IOException("the API cannot listen: " + e.getMessage(), e));
    }
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  @Override
  public void close() {
    server.stop();
    threads.shutdownNow();
  }
}
