package dev.countersign.proxy.postgres;

import dev.countersign.audit.exposure.Exposures;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.MemoryJournal;
import dev.countersign.proxy.frontdoor.PaperAdmission;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.Catalogs;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The door of the shop, open, with everything a test wants to look at. */
final class OpenDoor implements AutoCloseable {

  static final String TOKEN = "agent-token";

  static final Subject AGENT =
      new Subject(
          "https://issuer",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));

  /** Bytes of the longest SQL text. */
  static final int MAX_STATEMENT = 100_000;

  /** How many names of a sort a session holds. */
  static final int MAX_NAMES = 50;

  /** What a stock client printed, and how it ended. */
  record Printed(int exit, String text) {}

  final Shop shop;
  final MemoryJournal journal = new MemoryJournal();
  final PaperAdmission admission = new PaperAdmission();
  final PaperApprovals approvals = new PaperApprovals();

  /** Time stands still for it: so many and no more. */
  final AddressLimits strangers = new AddressLimits(400, () -> 0);

  final Policy policy = new Policy(new ShopPolicy());
  final Tap tap;

  /** What values are digested with; nothing until a test says so. */
  volatile Exposures exposures = Exposures.NONE;

  final InetSocketAddress address;
  private final PostgresFrontDoor door;
  private final Catalogs catalogs = new Catalogs();
  private final SqlClassifier classifier = new SqlClassifier();
  private volatile Instant expiry = Instant.MAX;

  private OpenDoor(
      Shop shop,
      int upstreamPort,
      TestTls tls,
      PostgresSessions sessions,
      String database,
      List<String> searchPath)
      throws IOException {
    this.shop = shop;
    PostgresDoorConfig config =
        new PostgresDoorConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            tls.chain(),
            tls.key(),
            100,
            MAX_STATEMENT,
            16 << 20,
            MAX_NAMES,
            Duration.ofSeconds(20),
            Duration.ofMillis(300));
    PostgresUpstream upstream =
        new PostgresUpstream(
            new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production")),
            "127.0.0.1",
            upstreamPort,
            database,
            Shop.ROLE,
            new Secret.Generated(Shop.PASSWORD),
            PostgresUpstream.Tls.DISABLE,
            searchPath,
            sessions);
    TokenVerifier tokens =
        token -> {
          if (!token.equals(TOKEN)) {
            throw new TokenRefused("no such token");
          }
          return new TokenVerifier.VerifiedToken(AGENT, expiry);
        };
    door =
        new PostgresFrontDoor(
            config,
            policy,
            tokens,
            new Resources(List.of(upstream)),
            approvals,
            admission,
            journal,
            catalogs,
            classifier,
            new ValueMasker(new byte[32]),
            () -> exposures.key(),
            strangers);
    address = door.start();
    tap = new Tap(address, tls);
  }

  static OpenDoor open() throws Exception {
    return open(PostgresSessions.PLAIN);
  }

  static OpenDoor open(PostgresSessions sessions) throws Exception {
    return open(Shop.open(), sessions);
  }

  /** Opens it before a shop that is there already. */
  static OpenDoor open(Shop shop, PostgresSessions sessions) throws Exception {
    return new OpenDoor(shop, shop.port(), TestTls.make(), sessions, "postgres", List.of("public"));
  }

  /** Opens it before something on this port that stands before the shop. */
  static OpenDoor openBefore(Shop shop, int port) throws Exception {
    return new OpenDoor(
        shop, port, TestTls.make(), PostgresSessions.PLAIN, "postgres", List.of("public"));
  }

  /** Opens it before another database of the shop's server, empty and encoded in LATIN1. */
  static OpenDoor openLatin() throws Exception {
    Shop shop = Shop.open();
    shop.run(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    return new OpenDoor(
        shop, shop.port(), TestTls.make(), PostgresSessions.PLAIN, "latin", List.of("public"));
  }

  /** Opens it for sessions that look names up in a schema app before public. */
  static OpenDoor openWithApp() throws Exception {
    Shop shop = Shop.open();
    return new OpenDoor(
        shop,
        shop.port(),
        TestTls.make(),
        PostgresSessions.PLAIN,
        "postgres",
        List.of("app", "public"));
  }

  /** Puts a policy in force that allows everything and masks what the shop's own policy masks. */
  void allowEverything() {
    policy.activate(new OpenHandedPolicy(ShopPolicy.PLAN));
  }

  /** From when on tokens are not good any more, for sessions that begin from now on. */
  void tokensExpire(Instant at) {
    expiry = at;
  }

  /** Runs psql through the door, each text as a Query message of its own. */
  Printed psql(String... texts) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("psql", "-X", "-A", "-v", "VERBOSITY=verbose"));
    for (String text : texts) {
      command.add("-c");
      command.add(text);
    }
    command.add(
        "host=127.0.0.1 port=%d dbname=orders user=agent-7 sslmode=require".formatted(tap.port()));
    return run(command);
  }

  /** Runs a stock client that is told of the door by its environment. */
  Printed run(List<String> command) throws IOException, InterruptedException {
    Process process = start(command);
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the client hangs: " + text);
    }
    return new Printed(process.exitValue(), text);
  }

  Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    Map<String, String> environment = builder.environment();
    environment.put("PGPASSWORD", TOKEN);
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(tap.port()));
    environment.put("PGUSER", "agent-7");
    environment.put("PGDATABASE", "orders");
    environment.put("PGSSLMODE", "require");
    environment.put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/orders?user=agent-7&password=%s&sslmode=require"
        .formatted(tap.port(), TOKEN);
  }

  @Override
  public void close() throws IOException {
    door.close();
    tap.close();
    classifier.close();
    catalogs.close();
    shop.close();
  }

  /** As when the gateway is told to stop. */
  void stop() {
    door.close();
  }

  /** As if this machine had tried so often with bad tokens that it may not any more. */
  void tireOfStrangers() {
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    boolean tired = false;
    while (!tired) {
      tired = strangers.take(here).isPresent();
    }
  }
}
