package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.PreApprovals;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.credential.CredentialLimits;
import dev.countersign.decision.credential.CredentialVerifier;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.credential.SessionCredentials;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.emergency.EmergencyRules;
import dev.countersign.decision.grant.Grants;
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
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Hours;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Workbook;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The API on a free port and a real PostgreSQL, and a client that calls it. Whose token is whose
 * name: tokens themselves are tested elsewhere.
 */
final class RunningApi implements AutoCloseable {

  static final URI PUBLIC_URL = URI.create("https://gate.example/");

  private static final PostgresUpstream ORDERS = upstream("orders");
  private static final PostgresUpstream PAYMENTS = upstream("payments");
  private static final PostgresUpstream LEDGER = upstream("ledger");

  private static PostgresUpstream upstream(String name) {
    return new PostgresUpstream(
        new Resource(name, Resource.Kind.POSTGRES, Map.of("environment", "production")),
        "db.example",
        5432,
        name,
        "gateway",
        new Secret.Generated("upstream-secret"),
        PostgresUpstream.Tls.VERIFY_FULL,
        List.of("public"));
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final Map<String, Subject> subjects;
  private final Path data = Files.createTempDirectory("state");
  private EmbeddedPostgres postgres;
  final Database database;
  final StoredApprovals approvals;
  final PolicyVersions versions;
  final PaperJournal journal = new PaperJournal();
  final SessionCredentials credentials;
  final Policy policy = new Policy(new WorkbookPolicy(workbook()));
  final Grants grants;
  final PreApprovals preApprovals;
  final Emergencies emergencies;
  final LiveSessions sessions;
  final LiveEvents events;
  final Resources resources = new Resources(List.of(ORDERS, PAYMENTS, LEDGER));
  final DeclaredResources declared;
  final SessionFeed feed;
  final Webhooks webhooks;
  final TokenVerifier verifier;
  final ApiServer server;

  /**
   * @param enforcementPoints the group whose members may ask over AuthZEN
   */
  RunningApi(Map<String, Subject> subjects, Optional<String> enforcementPoints) throws IOException {
    this.subjects = new ConcurrentHashMap<>(subjects);
    postgres = postgres(0);
    database = StateDatabase.open(postgres);
    approvals =
        StoredApprovals.open(
            database, PUBLIC_URL, ApprovalLimits.DEFAULT, journal, AnswerSigner.passing());
    versions = new PolicyVersions(database, Drafts::parse, "compliance-officers");
    credentials = new SessionCredentials(database, journal, CredentialLimits.DEFAULT);
    verifier = new CredentialVerifier(this::verify, credentials);
    grants = new Grants(database, policy, approvals, journal);
    preApprovals = new PreApprovals(database, approvals, policy, journal);
    emergencies =
        new Emergencies(
            database,
            Optional.of(
                new EmergencyRules(
                    "platform-operators",
                    "compliance-officers",
                    Set.of("dba-approvers"),
                    false,
                    Duration.ofHours(1),
                    Duration.ofHours(24))),
            journal,
            event -> {});
    sessions = LiveSessions.open(database, journal, 1_000, grants::expire);
    events = LiveEvents.open(database);
    declared = DeclaredResources.open(database, journal, resources, RunningApi::read);
    feed = SessionFeed.open(database, journal);
    webhooks = Webhooks.open(database, approvals, List.of(), WebhookLimits.DEFAULT, journal);
    server = server(enforcementPoints);
    server.start();
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(Duration.ofMinutes(1));
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** The state's database goes away. */
  void stopDatabase() throws IOException {
    postgres.close();
  }

  /** And comes back where it was. */
  void startDatabase() throws IOException {
    postgres = postgres(postgres.getPort());
  }

  /** One more server of the same. */
  ApiServer server(Optional<String> enforcementPoints) {
    return new ApiServer(
        new ApiConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            PUBLIC_URL,
            Optional.empty(),
            enforcementPoints,
            StepUp.NONE,
            new ApiConfig.CallLimits(1_200, 300, 60_000)),
        verifier,
        approvals,
        Optional.of(new PolicyApi(versions, Drafts::parse, "auditors")),
        new ConnectApi(
            credentials,
            grants,
            resources,
            new ConnectApi.Doors(
                new ConnectApi.PostgresDoor("gate.example", 6432),
                Optional.empty(),
                Optional.of("-----BEGIN CERTIFICATE-----\n")),
            List.of(new ConnectApi.SignInPlace("https://i", "countersign-cli"))),
        new ResourcesApi(
            resources,
            declared,
            new ResourceHealth(this::ask, InstantSource.system()),
            "platform-operators",
            Set.of("compliance-officers", "auditors")),
        new AccessApi(
            grants,
            sessions,
            events,
            feed,
            webhooks,
            preApprovals,
            emergencies,
            resources,
            Set.of("platform-operators", "compliance-officers"),
            Set.of("auditors")),
        new AccessEvaluations(
            Drafts.policyAllowing("public.a"),
            Drafts::parse,
            () ->
                List.of(
                    new Resource(
                        "orders", Resource.Kind.POSTGRES, Map.of("environment", "production")))),
        new AddressLimits(2_000),
        database,
        journal,
        Optional.empty());
  }

  /** Everybody has access to all but the ledger, for which one asks. */
  private static Workbook workbook() {
    return new Workbook(
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(access(2, "orders", true), access(3, "payments", true), access(4, "ledger", false)),
        List.of(),
        Map.of(),
        List.of());
  }

  private static AccessRow access(int number, String resource, boolean standing) {
    return new AccessRow(
        Particulars.of(number, "ACC-" + number, "access", "", List.of()),
        new Scope(List.of("*"), resource, "*"),
        standing ? AccessRow.LONGEST : Duration.ofHours(4),
        standing,
        Hours.ALWAYS,
        Ruling.ALLOW);
  }

  /** Reads {@code {"host": …}}. */
  private static Upstream read(String name, String spec) throws ResourceRefusedException {
    try {
      JsonNode host = JSON.readTree(spec).path("host");
      if (!host.isTextual()) {
        throw new ResourceRefusedException(List.of("host is missing"));
      }
      return new PostgresUpstream(
          new Resource(name, Resource.Kind.POSTGRES, Map.of()),
          host.textValue(),
          5432,
          name,
          "gateway",
          new Secret.Generated("upstream-secret"),
          PostgresUpstream.Tls.VERIFY_FULL,
          List.of("public"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String ask(Upstream upstream) throws IOException {
    if (upstream.host().equals("down.example")) {
      throw new IOException("connection refused");
    }
    return "PostgreSQL of " + upstream.host();
  }

  private TokenVerifier.VerifiedToken verify(String token) throws TokenRefused {
    Subject subject = subjects.get(token);
    if (subject == null) {
      throw new TokenRefused("the token's signature is wrong");
    }
    return new TokenVerifier.VerifiedToken(subject, Instant.parse("2030-01-01T00:00:00Z"));
  }

  /** What another gateway has of the same database. */
  DeclaredResources follower(Resources registry) {
    return DeclaredResources.open(database, journal, registry, RunningApi::read);
  }

  /** A message about an approval that was given up; its number. */
  long deadDelivery(String approval) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        INSERT INTO webhook_delivery (endpoint, event, approval, state)
                        VALUES ('nobody', 'approval.waiting', :approval, 'DEAD') RETURNING id
                        """)
                    .bind("approval", approval)
                    .mapTo(Long.class)
                    .one());
  }

  /** All that is in a table. */
  String dump(String table) {
    return database
        .jdbi()
        .withHandle(handle -> handle.createQuery("SELECT * FROM " + table).mapToMap().list())
        .toString();
  }

  /** The one value that a query gives. */
  String query(String sql) {
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  /** A request to a path; without a token if nobody asks. */
  HttpRequest.Builder to(String path, String who) {
    return to(server, path, who);
  }

  static HttpRequest.Builder to(ApiServer server, String path, String who) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    return who.isEmpty() ? builder : builder.header("Authorization", "Bearer " + who);
  }

  HttpResponse<String> get(String path, String who) {
    return send(to(path, who));
  }

  HttpResponse<String> post(String path, String who, String body) {
    return send(posting(to(path, who), body));
  }

  static HttpRequest.Builder posting(HttpRequest.Builder request, String json) {
    return request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofString());
  }

  static <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    try {
      return HTTP.send(request.build(), body);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    events.close();
    feed.close();
    webhooks.close();
    sessions.close();
    declared.close();
    approvals.close();
    database.close();
    postgres.close();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
