package dev.countersign.audit.reconcile;

import static dev.countersign.audit.index.SampleEvents.answered;
import static dev.countersign.audit.index.SampleEvents.applied;
import static dev.countersign.audit.index.SampleEvents.completed;
import static dev.countersign.audit.index.SampleEvents.decided;
import static dev.countersign.audit.index.SampleEvents.opened;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.reconcile.Difference.Kind;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReconciliationTest {

  private static final String SESSION = "610b0b48-3328-4a60-bb34-e317658fd99d";
  private static final String OTHER = "25aff11e-ae46-42e1-bb8e-2d73679a09a2";
  private static final String APPLICATION = "countersign " + SESSION;
  private static final String ZERO = "0".repeat(40);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @TempDir Path home;
  private Path directory;
  private SegmentedJournal journal;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void open() {
    directory = home.resolve("journal");
    journal = SegmentedJournal.open(JournalConfig.at(directory));
    append(opened(SESSION), opened(OTHER));
  }

  @Test
  void whatWasReleasedIsFoundInTheLogOnceEach() throws Exception {
    append(
        decided(SESSION, 1, "SELECT 1 -- \"quoted\"\n, 2", Verdict.ALLOW), completed(SESSION, 1));
    append(decided(SESSION, 2, "DROP TABLE payments", Verdict.BLOCK));
    append(decided(SESSION, 3, "DELETE FROM payments", Verdict.APPROVE));
    append(answered(SESSION, 3), completed(SESSION, 3));
    line("gateway", "10.0.0.5:4000", APPLICATION, "statement: SELECT 1 -- \"quoted\"\n, 2");
    line("gateway", "10.0.0.5:4000", APPLICATION, "execute <unnamed>: DELETE FROM payments");
    line("gateway", "10.0.0.5:4001", "countersign", "statement: SELECT relname FROM pg_class");

    Outcome outcome = postgres();

    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.isComplete()).isTrue();
    assertThat(outcome.matched()).isEqualTo(2);
    assertThat(outcome.gatewaysOwn()).isEqualTo(1);
  }

  @Test
  void whatReachedTheUpstreamWithoutUsIsNamedWithItsLine() throws Exception {
    append(decided(SESSION, 1, "SELECT 1", Verdict.ALLOW), completed(SESSION, 1));
    line("gateway", "10.0.0.5:4000", APPLICATION, "statement: SELECT 1");
    line("gateway", "10.0.0.5:4000", APPLICATION, "statement: SELECT 1");
    line("dba", "10.0.0.9:4000", "psql", "statement: SELECT ssn\nFROM customers");
    line("dba", "10.0.0.9:4000", "psql", "fastpath function call: \"lo_get\" (OID 3458)");
    line("dba", "10.0.0.9:4000", "", "received replication command: START_REPLICATION 0/1");
    line("dba", "10.0.0.9:4001", "", "connection authorized: user=dba database=orders");
    line(
        "gateway",
        "10.0.0.5:4000",
        "",
        "connection authorized: user=gateway database=orders application_name=" + APPLICATION);
    line("gateway", "10.0.0.9:4000", "countersign", "statement: SELECT * FROM customers");
    line("gateway", "10.0.0.9:4000", "countersign " + OTHER, "statement: SELECT 1");

    Outcome outcome = postgres();

    assertThat(outcome.differences()).extracting(Difference::kind).containsOnly(Kind.PAST_US);
    assertThat(outcome.differences())
        .extracting(Difference::where, Difference::what)
        .containsExactly(
            tuple("log.csv line 2", "SELECT 1"),
            tuple("log.csv line 3", "SELECT ssn\nFROM customers"),
            tuple("log.csv line 5", "fastpath function call: \"lo_get\" (OID 3458)"),
            tuple("log.csv line 6", "received replication command: START_REPLICATION 0/1"),
            tuple("log.csv line 7", "connection authorized: user=dba database=orders"),
            tuple("log.csv line 9", "SELECT * FROM customers"),
            tuple("log.csv line 10", "SELECT 1"));
    assertThat(outcome.differences().get(1).who()).isEqualTo("dba from 10.0.0.9:4000 (psql)");
  }

  @Test
  void whatWasBlockedAndRanAllTheSameIsNamed() throws Exception {
    append(decided(SESSION, 1, "DROP TABLE payments", Verdict.BLOCK));
    append(decided(SESSION, 2, "DELETE FROM payments", Verdict.APPROVE));
    line("gateway", "10.0.0.5:4000", APPLICATION, "statement: DROP TABLE payments");
    line("gateway", "10.0.0.5:4000", APPLICATION, "statement: DELETE FROM payments");

    assertThat(postgres().differences())
        .extracting(Difference::kind)
        .containsExactly(Kind.NOT_RELEASED, Kind.NOT_RELEASED);
  }

  @Test
  void whatTheUpstreamNeverSawIsNamedUnlessItDoesNotLogIt() throws Exception {
    append(decided(OTHER, 1, "SELECT 'before'", Verdict.ALLOW));
    line("gateway", "10.0.0.5:4000", "countersign " + OTHER, "statement: SELECT 'before'");
    untilTheClockHasMoved();
    append(decided(SESSION, 1, "SELECT 'gone'", Verdict.ALLOW), completed(SESSION, 1));
    untilTheClockHasMoved();
    append(decided(OTHER, 2, "SELECT 'behind'", Verdict.ALLOW));
    line("gateway", "10.0.0.5:4000", "countersign " + OTHER, "statement: SELECT 'behind'");

    assertThat(postgres(Duration.ofMillis(1), true).differences())
        .extracting(Difference::kind, Difference::where, Difference::what)
        .containsExactly(tuple(Kind.NEVER_SEEN, SESSION + "/1", "SELECT 'gone'"));
    assertThat(postgres(Duration.ofMillis(1), false).differences()).isEmpty();
  }

  @Test
  void anEntryFarFromItsCommandIsAnotherOne() throws Exception {
    append(decided(SESSION, 1, "SELECT 1", Verdict.ALLOW), completed(SESSION, 1));
    Files.writeString(
        home.resolve("log.csv"),
        csv(
            Instant.now().plusSeconds(1),
            "gateway",
            "10.0.0.5:1",
            APPLICATION,
            "statement: SELECT 1"));
    Outcome outcome =
        new PostgresReconciliation(
                new Reconciliation.Question(
                    StoredJournal.local(directory), "orders", Duration.ofMillis(500), true),
                "orders",
                Set.of())
            .with(List.of(home.resolve("log.csv")));
    assertThat(outcome.matched()).isZero();
    assertThat(outcome.outside() + outcome.count()).isEqualTo(1);
  }

  @Test
  void pgauditIsReadWhereStatementsAreNotLogged() throws Exception {
    append(decided(SESSION, 1, "SELECT 1, \"a\"", Verdict.ALLOW), completed(SESSION, 1));
    String audited = "AUDIT: SESSION,1,%d,READ,SELECT,,,\"SELECT 1, \"\"a\"\"\",<not logged>";
    line("gateway", "10.0.0.5:4000", APPLICATION, audited.formatted(1));
    line("gateway", "10.0.0.5:4000", APPLICATION, audited.formatted(2));
    line("dba", "10.0.0.9:4000", "psql", "AUDIT: SESSION,1,1,READ,SELECT,,,SELECT ssn,<none>");

    Outcome outcome = postgres();

    assertThat(outcome.matched()).isEqualTo(1);
    assertThat(outcome.differences()).extracting(Difference::what).containsExactly("SELECT ssn");
  }

  @Test
  void jsonLogsAreReadToo() throws Exception {
    append(decided(SESSION, 1, "SELECT 1", Verdict.ALLOW), completed(SESSION, 1));
    Path file = home.resolve("log.json");
    Files.writeString(
        file,
        """
        {"timestamp":"%1$s","user":"gateway","dbname":"orders","pid":7,"remote_host":"10.0.0.5",\
        "remote_port":4000,"error_severity":"LOG","application_name":"%2$s",\
        "message":"statement: SELECT 1"}
        {"timestamp":"%1$s","user":"dba","dbname":"orders","pid":8,"message":"statement: SELECT 2"}
        {"timestamp":"2026-11-25 12:0\
        """
            .formatted(TIME.format(Instant.now()), APPLICATION));
    append(opened("later"));

    Outcome outcome =
        new PostgresReconciliation(question("orders", true), "orders", Set.of())
            .with(List.of(file));

    assertThat(outcome.matched()).isEqualTo(1);
    assertThat(outcome.differences())
        .extracting(Difference::who)
        .containsExactly("dba from a local socket");
  }

  @Test
  void reflogsOfARealRepositoryAreCompared() throws Exception {
    Path bare = home.resolve("payments.git");
    Path work = home.resolve("work");
    git(home, "init", "-q", "--bare", "-b", "main", bare.toString());
    git(bare, "config", "core.logAllRefUpdates", "always");
    git(home, "clone", "-q", bare.toString(), work.toString());
    String first = commit(work, "first");
    append(push(1, ZERO + " " + first + " refs/heads/main"));
    git(work, "push", "-q", "origin", "HEAD:refs/heads/main");
    append(completed(SESSION, 1));
    String second = commit(work, "second");
    git(work, "push", "-q", "origin", "HEAD:refs/heads/main");
    append(opened("later"));

    Outcome outcome = new GitReconciliation(question("orders", true)).with(bare);

    assertThat(outcome.matched()).isEqualTo(1);
    assertThat(outcome.differences()).hasSize(1);
    assertThat(outcome.differences().getFirst())
        .matches(difference -> difference.kind() == Kind.PAST_US)
        .matches(difference -> difference.where().equals("refs/heads/main main line 2"))
        .matches(difference -> difference.what().contains(second.substring(0, 10)));

    append(push(2, ZERO + " " + first + " refs/heads/blocked", Verdict.BLOCK));
    git(work, "push", "-q", "origin", first + ":refs/heads/blocked");
    assertThat(new GitReconciliation(question("orders", true)).with(bare).differences())
        .extracting(Difference::kind)
        .containsExactlyInAnyOrder(Kind.PAST_US, Kind.NOT_RELEASED);
    assertThatThrownBy(() -> new GitReconciliation(question("orders", true)).with(home))
        .hasMessageContaining("core.logAllRefUpdates");
  }

  @Test
  void kubernetesAuditEventsAreMatchedByTheNameOfTheDecision() throws Exception {
    append(applied(SESSION, 1, Verdict.ALLOW), completed(SESSION, 1));
    append(applied(SESSION, 2, Verdict.BLOCK));
    Path file = home.resolve("audit.log");
    String ours = SESSION + "/1";
    Files.writeString(
        file,
        String.join(
            "\n",
            audit(ours, "RequestReceived", "gateway", "create", "/api/v1/namespaces/shop/pods"),
            audit(ours, "ResponseComplete", "gateway", "create", "/api/v1/namespaces/shop/pods"),
            audit("a-1", "ResponseComplete", "system:node:n1", "get", "/api/v1/pods"),
            audit("a-2", "ResponseComplete", "gateway", "patch", "/x?fieldManager=k&dryRun=All"),
            audit("a-3", "ResponseComplete", "mallory", "get", "/api/v1/secrets"),
            audit(ours, "ResponseComplete", "mallory", "delete", "/api/v1/namespaces/shop"),
            audit(
                SESSION + "/2",
                "ResponseComplete",
                "gateway",
                "create",
                "/api/v1/namespaces/shop/pods"),
            ""));

    append(opened("later"));

    Outcome outcome =
        new KubernetesReconciliation(question("orders", true), List.of("system:node:*"))
            .with(List.of(file));

    assertThat(outcome.matched()).isEqualTo(1);
    assertThat(outcome.ignored()).isEqualTo(1);
    assertThat(outcome.gatewaysOwn()).isEqualTo(1);
    assertThat(outcome.differences())
        .extracting(Difference::kind, Difference::what)
        .containsExactly(
            tuple(Kind.PAST_US, "get /api/v1/secrets"),
            tuple(Kind.PAST_US, "delete /api/v1/namespaces/shop"),
            tuple(Kind.NOT_RELEASED, "create /api/v1/namespaces/shop/pods"));
  }

  @Test
  void randomBytesAreNoLogAndNothingWorse() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      for (String name : List.of("r.csv", "r.json", "r.log")) {
        Path file = Files.write(home.resolve(name), bytes);
        try {
          Outcome outcome =
              name.endsWith(".log")
                  ? new KubernetesReconciliation(question("orders", true), List.of())
                      .with(List.of(file))
                  : new PostgresReconciliation(question("orders", true), "orders", Set.of())
                      .with(List.of(file));
          assertThat(outcome.entries()).isZero();
        } catch (UnreadableLogException expected) {
          assertThat(expected).hasMessageContaining("line ");
        }
      }
    }
  }

  @Test
  void longAndDeepLinesAreRefused() throws Exception {
    Path deep = home.resolve("deep.log");
    Files.writeString(deep, "[".repeat(100_000) + "\n{}\n");
    assertThatThrownBy(
            () ->
                new KubernetesReconciliation(question("orders", true), List.of())
                    .with(List.of(deep)))
        .isInstanceOf(UnreadableLogException.class);
    Path wide = home.resolve("wide.csv");
    Files.writeString(wide, ",".repeat(500) + "\n");
    assertThatThrownBy(
            () ->
                new PostgresReconciliation(question("orders", true), "orders", Set.of())
                    .with(List.of(wide)))
        .hasMessageContaining("more than 100 fields");
  }

  private void append(Event... events) {
    for (Event event : events) {
      journal.append(event);
    }
    journal.durable(journal.appended()).toCompletableFuture().join();
  }

  private Event push(long command, String line) {
    return push(command, line, Verdict.ALLOW);
  }

  private Event push(long command, String line, Verdict verdict) {
    return new Event.CommandDecided(
        new SessionId(SESSION),
        command,
        "push to payments\n" + line + "\npack sha256:00 32 bytes",
        List.of(),
        new CommandFacts.Git(List.of()),
        verdict,
        "f00dfeed",
        List.of());
  }

  private Reconciliation.Question question(String resource, boolean readsAreLogged) {
    return new Reconciliation.Question(
        StoredJournal.local(directory), resource, Duration.ofSeconds(2), readsAreLogged);
  }

  private Outcome postgres() throws IOException {
    return postgres(Duration.ofSeconds(2), true);
  }

  private Outcome postgres(Duration skew, boolean readsAreLogged) throws IOException {
    append(opened("later"));
    Files.writeString(home.resolve("log.csv"), String.join("", log));
    return new PostgresReconciliation(
            new Reconciliation.Question(
                StoredJournal.local(directory), "orders", skew, readsAreLogged),
            "orders",
            Set.of("10.0.0.5"))
        .with(List.of(home.resolve("log.csv")));
  }

  private void line(String user, String client, String application, String message) {
    log.add(csv(Instant.now(), user, client, application, message));
  }

  /** By more than the skew that the test allows. */
  private static void untilTheClockHasMoved() {
    Instant later = Instant.now().plusMillis(5);
    while (Instant.now().isBefore(later)) {
      Thread.onSpinWait();
    }
  }

  private static String csv(
      Instant time, String user, String client, String application, String message) {
    return "%s,%s,\"orders\",7%6$d,\"%s\",6743.1,1,\"SELECT\",%1$s,3/4,0,LOG,00000,\"%s\",,,,,,,,,\"%s\",\"client backend\",,0\n"
        .formatted(
            TIME.format(time),
            user,
            client,
            message.replace("\"", "\"\""),
            application,
            user.length());
  }

  private static String audit(String id, String stage, String user, String verb, String uri) {
    return """
    {"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"%s","stage":"%s","verb":"%s",\
    "requestURI":"%s","user":{"username":"%s"},"sourceIPs":["10.0.0.9"],"userAgent":"%s",\
    "requestReceivedTimestamp":"%s"}\
    """
        .formatted(
            id,
            stage,
            verb,
            uri,
            user,
            user.equals("gateway") ? "countersign" : "curl",
            Instant.now());
  }

  private static String commit(Path work, String message) throws Exception {
    git(
        work,
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message);
    return git(work, "rev-parse", "HEAD").strip();
  }

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_COMMITTER_NAME", "host");
    builder.environment().put("GIT_COMMITTER_EMAIL", "host@example.com");
    Process process = builder.start();
    String text =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }
}
