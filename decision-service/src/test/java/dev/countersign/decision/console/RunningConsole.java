package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.PreApprovals;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.PolicyApi;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.decision.live.SessionFeed;
import dev.countersign.decision.notification.WebhookLimits;
import dev.countersign.decision.notification.Webhooks;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.DeclaredResources;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.decision.resource.ResourceRefusedException;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.signin.BrowserSessions;
import dev.countersign.decision.signin.Registration;
import dev.countersign.decision.signin.SessionTimes;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import io.undertow.Undertow;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The console on a free port with a real PostgreSQL, and an issuer over real HTTP. Its codes and
 * tokens are names of subjects: tokens themselves are tested elsewhere.
 */
final class RunningConsole implements AutoCloseable {

  private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  private static final PostgresUpstream ORDERS =
      new PostgresUpstream(
          new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production")),
          "db.example",
          5432,
          "orders",
          "gateway",
          new Secret.Generated("upstream-secret"),
          PostgresUpstream.Tls.VERIFY_FULL,
          List.of("public"));

  /** A token, until when it is good, and when its subject signed in. */
  record Token(Subject subject, Instant expires, Instant signedIn) {

    Token(Subject subject, Instant expires) {
      this(subject, expires, Instant.now());
    }
  }

  /** Whoever answers for others has signed in lately. */
  static final StepUp LATELY = new StepUp(Set.of(), Optional.of(Duration.ofMinutes(15)));

  final PaperJournal journal = new PaperJournal();
  final List<RecordedEvent> recorded = new ArrayList<>();

  /** What the issuer's tokens say, by their text. */
  final Map<String, Token> tokens = new ConcurrentHashMap<>();

  /** Time stands still for it: so many and no more. */
  final AddressLimits strangers = new AddressLimits(4_000, () -> 0);

  private final HttpServer issuer;
  private final StateDatabase state;
  private final Database database;
  final StoredApprovals approvals;
  final PreApprovals preApprovals;
  final Policy policy;
  private final LiveSessions sessions;
  private final LiveEvents events;
  private final SessionFeed feed;
  private final Webhooks webhooks;
  private final DeclaredResources declared;
  private final AtomicReference<Console> console = new AtomicReference<>();
  private final Undertow server;

  RunningConsole() throws IOException {
    this(StepUp.NONE);
  }

  RunningConsole(StepUp stepUp) throws IOException {
    issuer = issuer();
    state = StateDatabase.start();
    database = state.database();
    server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(exchange -> console.get().handleRequest(exchange))
            .build();
    server.start();
    approvals =
        StoredApprovals.open(
            database, url(), ApprovalLimits.DEFAULT, journal, AnswerSigner.passing());
    policy = Drafts.policyAllowing("public.a");
    preApprovals = new PreApprovals(database, approvals, policy, journal);
    Grants grants = new Grants(database, policy, approvals, journal);
    sessions = LiveSessions.open(database, journal, 1_000, grants::expire);
    events = LiveEvents.open(database);
    feed = SessionFeed.open(database, journal);
    webhooks = Webhooks.open(database, approvals, List.of(), WebhookLimits.DEFAULT, journal);
    Resources resources = new Resources(List.of(ORDERS));
    declared =
        DeclaredResources.open(
            database,
            journal,
            resources,
            (name, spec) -> {
              throw new ResourceRefusedException(List.of("nothing is declared here"));
            });
    AccessApi access =
        new AccessApi(
            grants,
            sessions,
            events,
            feed,
            webhooks,
            preApprovals,
            new Emergencies(database, Optional.empty(), journal, step -> {}),
            resources,
            Set.of("platform-operators"),
            Set.of("auditors"));
    PolicyVersions versions = new PolicyVersions(database, Drafts::parse, "compliance-officers");
    console.set(
        new Console(
            new ConsoleParts(
                url(),
                new BrowserSessions(
                    database,
                    this::verify,
                    stepUp,
                    SessionTimes.DEFAULT,
                    url(),
                    List.of(
                        new Registration(
                            IssuerConfig.of(issuerUrl(), "countersign"), "countersign-cli"))),
                strangers,
                stepUp,
                approvals,
                access,
                new ResourcesApi(
                    resources,
                    declared,
                    new ResourceHealth(
                        upstream -> {
                          throw new IOException("connection <refused>");
                        },
                        InstantSource.system()),
                    "platform-operators",
                    Set.of("auditors")),
                journal,
                new Tape(recorded),
                new Readers("auditors", "compliance-officers"),
                new PolicyParts(
                    policy,
                    Optional.of(new PolicyApi(versions, Drafts::parse, "auditors")),
                    Drafts::parse),
                new EmptyRoom(),
                () -> new Health.State(0, Optional.empty(), List.of(), Optional.empty(), true))));
  }

  /** What was recorded. */
  private record Tape(List<RecordedEvent> events) implements Recordings {

    @Override
    public List<Summary> sessions(Search search) {
      return List.of();
    }

    @Override
    public List<Moment> session(String id) {
      return events.stream()
          .filter(e -> e.event().toString().contains(new SessionId(id).toString()))
          .<Moment>map(Taped::new)
          .toList();
    }

    @Override
    public Map<String, Hits> hits(Instant since) {
      return Map.of();
    }

    @Override
    public List<Command> replayable(Instant since, int limit) {
      return List.of();
    }

    @Override
    public List<RecordedEvent> commands(Instant since, int limit) {
      return events.stream().filter(e -> e.event() instanceof Event.CommandDecided).toList();
    }
  }

  private record Taped(RecordedEvent recorded) implements Recordings.Moment {

    @Override
    public String words() {
      return recorded.event().toString();
    }
  }

  /** Nothing to take away. */
  private record EmptyRoom() implements EvidenceRoom {

    @Override
    public List<ControlState> states(Period period) {
      return List.of();
    }

    @Override
    public Made make(Period period) {
      return new Made(ByteBuffer.allocate(0), "");
    }

    @Override
    public Verification verify() {
      return new Verification(true, List.of());
    }
  }

  private TokenVerifier.VerifiedToken verify(String text) throws TokenRefused {
    Token token = tokens.get(text);
    if (token == null) {
      throw new TokenRefused("the token's signature is wrong");
    }
    return new TokenVerifier.VerifiedToken(
        token.subject(),
        token.expires(),
        new TokenVerifier.SignIn(Optional.of(token.signedIn()), Optional.empty()),
        Optional.empty());
  }

  private HttpServer issuer() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                "{\"issuer\":\"%1$s\",\"authorization_endpoint\":\"%1$s/authorize\",\"token_endpoint\":\"%1$s/token\"}"
                    .formatted(issuerUrl())));
    http.createContext(
        "/token",
        exchange -> {
          String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          Matcher given = Pattern.compile("(?:^|&)(?:code|refresh_token)=([^&]+)").matcher(form);
          String name = given.find() ? given.group(1) : "";
          answer(
              exchange,
              "{\"access_token\":\"%s\",\"refresh_token\":\"%s-again\"}".formatted(name, name));
        });
    http.start();
    return http;
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  String issuerUrl() {
    return "http://127.0.0.1:" + issuer.getAddress().getPort();
  }

  URI url() {
    InetSocketAddress address =
        (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  Subject human(String name, String group) {
    return new Subject(
        issuerUrl(), name, name, Subject.Kind.HUMAN, Set.of(group), Optional.empty());
  }

  Subject agent(String name, String owner) {
    return new Subject(
        issuerUrl(), name, name, Subject.Kind.AGENT, Set.of("agents"), Optional.of(owner));
  }

  /** What somebody sees who is not signed in. */
  HttpResponse<String> stranger(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(url().resolve(path)).build(), BodyHandlers.ofString());
    }
  }

  /** A browser that is signed in. */
  final class Browser {

    private final CookieManager cookies = new CookieManager();
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();

    private Browser(String code) {
      signIn("/sign-in?to=/access", code);
    }

    /**
     * Goes through the issuer's page.
     *
     * @param code what the issuer sends back: the name of a token
     * @return where the console sends the browser in the end
     */
    String signIn(String door, String code) {
      String to = get(door).headers().firstValue("Location").orElseThrow();
      Matcher state = Pattern.compile("[?&]state=([^&]+)").matcher(to);
      if (!state.find()) {
        throw new AssertionError(to);
      }
      return get(BrowserSessions.CALLBACK + "?code=" + code + "&state=" + state.group(1))
          .headers()
          .firstValue("Location")
          .orElseThrow();
    }

    /** The session's, as a thief would have it. */
    String cookie() {
      return cookies.getCookieStore().getCookies().stream()
          .filter(cookie -> cookie.getName().equals(Cookies.SESSION))
          .map(cookie -> cookie.getName() + "=" + cookie.getValue())
          .findFirst()
          .orElseThrow();
    }

    /** A part of a page, as its script fetches it. */
    HttpResponse<String> part(String path, String... headers) {
      return send(with(headers, path).header("HX-Request", "true"));
    }

    HttpResponse<String> get(String path, String... headers) {
      return send(with(headers, path));
    }

    private HttpRequest.Builder with(String[] headers, String path) {
      HttpRequest.Builder request = HttpRequest.newBuilder(url().resolve(path));
      return headers.length == 0 ? request : request.headers(headers);
    }

    /** Sends a form as the console's own page would. */
    HttpResponse<String> post(String path, String type, String body) {
      return send(
          HttpRequest.newBuilder(url().resolve(path))
              .header("Origin", url().toString())
              .header("Content-Type", type)
              .POST(BodyPublishers.ofString(body)));
    }

    /** What every form of this browser carries. */
    String formToken() {
      Matcher token = FORM_TOKEN.matcher(get("/access").body());
      if (!token.find()) {
        throw new AssertionError("there is no form");
      }
      return token.group(1);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
      try {
        return http.send(request.build(), BodyHandlers.ofString());
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** As if their time were over. */
  void endSessionsOf(String name) {
    change("UPDATE browser_session SET ends_at = clock_timestamp() WHERE subject_id = :name", name);
  }

  /** As if their tokens had run out, and their issuer gave no others. */
  void lapseTokensOf(String name) {
    change(
        "UPDATE browser_session SET verified_until = clock_timestamp() WHERE subject_id = :name",
        name);
  }

  private void change(String sql, String name) {
    database.jdbi().useHandle(handle -> handle.createUpdate(sql).bind("name", name).execute());
  }

  /** Signs somebody in, with a token that holds until then. */
  Browser signIn(Subject subject, Instant expires) {
    tokens.put(subject.id(), new Token(subject, expires));
    return new Browser(subject.id());
  }

  @Override
  public void close() throws IOException {
    console.get().close();
    server.stop();
    events.close();
    feed.close();
    webhooks.close();
    declared.close();
    sessions.close();
    approvals.close();
    state.close();
    issuer.stop(0);
  }
}
