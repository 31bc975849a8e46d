package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.certificate.CertificateFiles;
import dev.countersign.decision.certificate.ServerCertificate;
import dev.countersign.decision.http.Route.Kind;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
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

  /** Asked by those who watch the gateway, as often as they like. */
  private static final String HEALTH = "/healthz";

  private static final String JSON = "application/json";

  /** Nothing may run, load or frame. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** One that answers in JSON. */
  private interface JsonOperation {
    ObjectNode run(HttpServerExchange exchange) throws ApiError, IOException;
  }

  /** What a route does whose answer goes on: it writes for as long as somebody reads. */
  private interface StreamOperation {
    void run(HttpServerExchange exchange) throws ApiError, IOException;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Route> routes = new ArrayList<>();
  private final Optional<? extends HttpHandler> console;
  private final RoutingHandler streams = new RoutingHandler();
  private final List<String> streamed = new ArrayList<>();
  private final Database database;
  private final Journal journal;
  private final Caller caller;
  private final RateLimits rates;
  private final AddressLimits strangers;
  private final Changing changing;
  private final Optional<CertificateFiles> certificate;
  private final Undertow server;

  /**
   * @param policy versions of the policy, if they are kept in the database
   * @param connect how to sign in and how to get to resources
   * @param evaluations the policy in force, for other enforcement points
   * @param strangers how often each address may call without a good token
   * @param database the state's
   * @param journal where each change is written before it is made
   * @param console answers what is not the API's, if anything does
   * @throws IllegalArgumentException if the certificate cannot be used
   */
  public ApiServer(
      ApiConfig config,
      TokenVerifier verifier,
      StoredApprovals approvals,
      Optional<PolicyApi> policy,
      ConnectApi connect,
      ResourcesApi resources,
      AccessApi access,
      AccessEvaluations evaluations,
      AddressLimits strangers,
      Database database,
      Journal journal,
      Optional<? extends HttpHandler> console) {
    this.caller = new Caller(verifier, config.stepUp());
    this.rates = new RateLimits(config.limits(), System::nanoTime);
    this.strangers = requireNonNull(strangers, "strangers");
    this.changing = new Changing(database, journal);
    this.database = database;
    this.journal = requireNonNull(journal, "journal");
    this.console = console;
    addApprovals(new ApprovalOperations(approvals, access.emergencies(), caller));
    policy.ifPresent(api -> addPolicy(new PolicyOperations(api, caller)));
    addConnect(new ConnectOperations(connect, caller));
    addResources(new ResourceOperations(resources, caller, database::isAlive, journal::isWritable));
    addAccess(new AccessOperations(access, caller));
    addPreApprovals(new PreApprovalOperations(access, caller));
    addEmergencies(new EmergencyOperations(access, caller));
    addNotifications(new NotificationOperations(access, caller));
    addStream(
        "/api/v1/sessions/{id}/follow", new FollowOperations(access, approvals, caller)::follow);
    addStream("/api/v1/events", new EventOperations(approvals, access, caller)::follow);
    addAuthZen(
        new AuthZenOperations(config.publicUrl(), caller, evaluations, config.enforcementPoints()));
    this.certificate = config.tls().map(tls -> new CertificateFiles(tls.certificate(), tls.key()));
    this.server = server(config);
  }

  private Undertow server(ApiConfig config) {
    Undertow.Builder builder = Undertow.builder();
    String host = config.listen().getHostString();
    int port = config.listen().getPort();
    certificate.ifPresentOrElse(
        files -> builder.addHttpsListener(port, host, read(files).context()),
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
        .setHandler(
            split(
                beside(
                    new RequestLimitingHandler(
                        new RequestLimit(MAX_CONCURRENT, MAX_QUEUED), handler()))))
        .build();
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

  /** Answers that go on take no place from those that end. */
  private HttpHandler beside(HttpHandler others) {
    return streams.setFallbackHandler(others).setInvalidMethodHandler(others);
  }

  /** All the API can do, as method and path; the OpenAPI document says the same. */
  List<String> operations() {
    return Stream.concat(
            routes.stream().map(Route::name), streamed.stream().map(path -> "GET " + path))
        .toList();
  }

  private void addStream(String path, StreamOperation operation) {
    streamed.add(path);
    streams.add(
        "GET",
        path,
        exchange ->
            exchange.dispatch(
                threads,
                dispatched -> {
                  dispatched.startBlocking();
                  stream(dispatched, operation);
                }));
  }

  private void stream(HttpServerExchange exchange, StreamOperation operation) {
    try {
      takeCall(caller.require(exchange).subject(), Kind.READ);
      operation.run(exchange);
    } catch (ApiError e) {
      refuse(exchange, e);
    } catch (IOException | RuntimeException e) {
      if (e instanceof IOException && exchange.isResponseStarted()) {
        log.atDebug().setCause(e).log("nobody reads a stream any more");
      } else {
        fail(exchange, e);
      }
    }
  }

  private void takeCall(Subject by, Kind kind) throws ApiError {
    Optional<Duration> wait = rates.take(by, kind);
    if (wait.isPresent()) {
      throw ApiError.tooOften(rates.limit(kind), wait.get());
    }
  }

  private void open(String path, String type, Operation operation) {
    routes.add(new Route(Kind.OPEN, "GET", path, type, 0, operation));
  }

  private void read(String path, JsonOperation operation) {
    add(Kind.READ, "GET", path, operation);
  }

  private void change(String method, String path, JsonOperation operation) {
    add(Kind.CHANGE, method, path, operation);
  }

  private void question(String path, int maxBody, JsonOperation operation) {
    routes.add(new Route(Kind.QUESTION, "POST", path, JSON, maxBody, in(operation)));
  }

  private void add(Kind kind, String method, String path, JsonOperation operation) {
    routes.add(new Route(kind, method, path, JSON, RequestBody.MAX_JSON, in(operation)));
  }

  private static Operation in(JsonOperation operation) {
    return exchange -> ApiJson.bytes(operation.run(exchange));
  }

  private void addApprovals(ApprovalOperations approvals) {
    String one = "/api/v1/approvals/{id}";
    open(HEALTH, JSON, this::health);
    open("/openapi.yaml", "application/yaml", e -> resource("/openapi.yaml"));
    read("/api/v1/whoami", approvals::whoAmI);
    read("/api/v1/approvals", approvals::list);
    read(one, approvals::show);
    change("POST", one + "/approve", approvals::approve);
    change("POST", one + "/deny", approvals::deny);
  }

  private void addPolicy(PolicyOperations policy) {
    String all = "/api/v1/policy/versions";
    String one = all + "/{id}";
    read(all, policy::list);
    routes.add(
        new Route(Kind.CHANGE, "POST", all, JSON, WorkbookReader.MOST_BYTES, in(policy::submit)));
    read(one, policy::show);
    routes.add(
        new Route(Kind.READ, "GET", one + "/workbook", PolicyOperations.XLSX, 0, policy::workbook));
    change("POST", one + "/activate", policy::activate);
    question(one + "/evaluate", RequestBody.MAX_JSON, policy::evaluate);
    read("/api/v1/policy/activations", policy::history);
  }

  private void addConnect(ConnectOperations connect) {
    String credentials = "/api/v1/credentials";
    open("/api/v1/sign-in", JSON, in(connect::signIn));
    read("/api/v1/resources", connect::resources);
    read(credentials, connect::list);
    change("POST", credentials, connect::mint);
    change("DELETE", credentials + "/{id}", connect::revoke);
  }

  private void addResources(ResourceOperations resources) {
    String one = "/api/v1/resources/{name}";
    read("/api/v1/health", resources::overview);
    read(one, resources::show);
    read(one + "/health", resources::health);
    change("PUT", one, resources::put);
    change("DELETE", one, resources::remove);
  }

  private void addAccess(AccessOperations access) {
    String grants = "/api/v1/grants";
    read(grants, access::list);
    change("POST", grants, access::request);
    read(grants + "/{id}", access::show);
    change("POST", grants + "/{id}/extend", access::extend);
    change("POST", grants + "/{id}/revoke", access::revoke);
    read("/api/v1/sessions", access::sessions);
    change("POST", "/api/v1/sessions/{id}/kill", access::kill);
  }

  private void addPreApprovals(PreApprovalOperations preApprovals) {
    String all = "/api/v1/pre-approvals";
    change("POST", "/api/v1/approvals/{id}/pre-approve", preApprovals::request);
    read(all, preApprovals::list);
    read(all + "/{id}", preApprovals::show);
    change("POST", all + "/{id}/revoke", preApprovals::revoke);
  }

  private void addEmergencies(EmergencyOperations emergencies) {
    String all = "/api/v1/emergencies";
    read(all, emergencies::list);
    change("POST", all, emergencies::propose);
    read(all + "/{id}", emergencies::show);
    change("POST", all + "/{id}/open", emergencies::open);
    change("POST", all + "/{id}/close", emergencies::close);
    change("POST", all + "/{id}/review", emergencies::review);
  }

  private void addNotifications(NotificationOperations notifications) {
    String all = "/api/v1/notifications";
    read(all, notifications::dead);
    change("POST", all + "/{id}/retry", notifications::retry);
  }

  private void addAuthZen(AuthZenOperations authZen) {
    open(AuthZenOperations.METADATA, JSON, in(authZen::metadata));
    question(AuthZenOperations.EVALUATION, AuthZenOperations.MAX_BODY, authZen::evaluate);
    question(AuthZenOperations.EVALUATIONS, AuthZenOperations.MAX_BODY, authZen::evaluateAll);
  }

  private HttpHandler handler() {
    RoutingHandler routing = new RoutingHandler();
    for (Route route : routes) {
      routing.add(route.method(), route.path(), on(route.type(), e -> answer(e, route)));
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

  /** Who calls; whoever does not say it well may try so often from one address. */
  private Subject known(HttpServerExchange exchange) throws ApiError {
    try {
      return caller.require(exchange).subject();
    } catch (ApiError e) {
      if (e.status() == 401) {
        takeStranger(exchange);
      }
      throw e;
    }
  }

  private void takeStranger(HttpServerExchange exchange) throws ApiError {
    Optional<AddressLimits.TooOften> over = strangers.take(exchange.getSourceAddress());
    if (over.isPresent()) {
      throw ApiError.tooOften(strangers.perMinute(), over.get().rest());
    }
  }

  /** Who calls, how often, and what is written down before: the same for all routes of a kind. */
  private byte[] answer(HttpServerExchange exchange, Route route) throws ApiError, IOException {
    if (route.kind() == Kind.OPEN) {
      if (!route.path().equals(HEALTH)) {
        takeStranger(exchange);
      }
      return route.operation().run(exchange);
    }
    Subject by = known(exchange);
    takeCall(by, route.kind());
    return route.kind() == Kind.CHANGE
        ? changing.run(exchange, route, by)
        : route.operation().run(exchange);
  }

  private byte[] health(HttpServerExchange exchange) {
    boolean ok = journal.isWritable() && database.isAlive();
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
      fail(exchange, e);
    }
  }

  /** An answer that has begun can only be cut off. */
  private static void fail(HttpServerExchange exchange, Exception failure) {
    boolean away = Database.isAway(failure);
    log.atLevel(away ? Level.WARN : Level.ERROR)
        .setCause(failure)
        .addKeyValue("path", exchange.getRelativePath())
        .log("API request failed");
    if (!exchange.isResponseStarted()) {
      refuse(exchange, away ? ApiError.databaseAway() : ApiError.internal());
    }
  }

  private static void refuse(HttpServerExchange exchange, ApiError error) {
    exchange.setStatusCode(error.status());
    if (error.status() == 401) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    }
    error
        .retryAfter()
        .ifPresent(
            wait ->
                exchange
                    .getResponseHeaders()
                    .put(Headers.RETRY_AFTER, wait.plusMillis(999).toSeconds()));
    exchange.getResponseHeaders().remove(Headers.CONTENT_TYPE);
    send(exchange, ApiJson.PROBLEM, ApiJson.bytes(ApiJson.problem(error)));
  }

  private static void send(HttpServerExchange exchange, String type, byte[] body) {
    guard(exchange.getResponseHeaders(), type);
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  /** What every answer says of itself. */
  static void guard(HeaderMap headers, String type) {
    if (!headers.contains(Headers.CONTENT_TYPE)) {
      headers.put(Headers.CONTENT_TYPE, type);
    }
    headers.put(Headers.CACHE_CONTROL, "no-store");
    headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
    headers.put(new HttpString("Content-Security-Policy"), CONTENT_SECURITY_POLICY);
    headers.put(new HttpString("Referrer-Policy"), "no-referrer");
  }

  private static ServerCertificate read(CertificateFiles files) {
    try {
      return files.read();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the API's certificate cannot be used: " + e.getMessage(), e);
    }
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
    certificate.ifPresent(
        files ->
            files.watch(
                renewed -> server.getListenerInfo().getFirst().setSslContext(renewed.context())));
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  @Override
  public void close() {
    certificate.ifPresent(CertificateFiles::close);
    server.stop();
    threads.shutdownNow();
  }
}
