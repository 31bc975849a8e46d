package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.frontdoor.HttpsListener;
import dev.countersign.proxy.frontdoor.MemoryJournal;
import dev.countersign.proxy.frontdoor.PaperAdmission;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.kubernetes.cluster.MemoryCluster;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster in memory with the door in front of it, and everything a test wants to look at. As an
 * extension of JUnit it is closed after all tests of a class, and what one test left to look at is
 * gone before the next.
 */
final class OpenDoor implements BeforeEachCallback, AfterAllCallback, AutoCloseable {

  /** So many watches and terminals at once. */
  static final int STREAMS = 20;

  /** So many requests at once. */
  static final int REQUESTS = 8;

  /** So many characters of a terminal, and no more. */
  static final int LONGEST_TERMINAL = 20_000;

  static final String TOKEN = "agent-token";

  /** Of the same agent, who has got into another group meanwhile. */
  static final String PROMOTED = "promoted-agent-token";

  static final String UPSTREAM_TOKEN = "gateway-token";

  static final Subject AGENT =
      new Subject(
          "https://issuer",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));

  /** What a stock client printed, and how it ended. */
  record Printed(int exit, String text) {}

  final TestTls tls;
  final MemoryCluster cluster;

  /** What reached the cluster, in order. */
  final List<MemoryCluster.Seen> seen = new CopyOnWriteArrayList<>();

  /** The cluster answers nothing before that. */
  volatile CountDownLatch answering = new CountDownLatch(0);

  final KubernetesUpstream upstream;

  /** Behind the resource {@code scripted}: answers what the test says. */
  final ScriptedServer scripted;

  final MemoryJournal journal = new MemoryJournal();
  final PaperAdmission admission = new PaperAdmission();
  final PaperApprovals approvals = new PaperApprovals();

  /** Time stands still for it: so many and no more. */
  final AddressLimits strangers = new AddressLimits(400, () -> 0);

  final Policy policy = new Policy(new ShopPolicy());
  final int port;
  private final HttpsListener listener;
  private final KubernetesDoor door;
  private final Path directory;

  OpenDoor() {
    this(Optional.empty());
  }

  /**
   * @param other stands behind the door instead of the cluster in memory
   */
  OpenDoor(Optional<KubernetesUpstream> other) {
    try {
      tls = TestTls.make();
      directory = Files.createTempDirectory("kube");
      cluster =
          MemoryCluster.start(tls.door(HttpsConfig.Limits.DEFAULT), UPSTREAM_TOKEN, this::see);
      Samples.fill(cluster);
      scripted = new ScriptedServer(tls.server());
      upstream = other.orElse(upstream("prod-eu", cluster.port()));
      TokenVerifier tokens =
          token -> {
            return switch (token) {
              case TOKEN -> new TokenVerifier.VerifiedToken(AGENT, Instant.MAX);
              case PROMOTED -> new TokenVerifier.VerifiedToken(promoted(), Instant.MAX);
              default -> throw new TokenRefused("no such token");
            };
          };
      door =
          new KubernetesDoor(
              new KubernetesDoorConfig(
                  1 << 20,
                  8 << 10,
                  LONGEST_TERMINAL,
                  REQUESTS,
                  Duration.ofMillis(200),
                  STREAMS,
                  Duration.ofSeconds(30)),
              tokens,
              new Resources(List.of(upstream, upstream("scripted", scripted.port()))),
              admission,
              new ReleaseGate(policy, approvals, journal, Duration.ofMillis(200)),
              strangers);
      listener =
          new HttpsListener(
              tls.door(HttpsConfig.Limits.DEFAULT),
              Map.of(
                  KubernetesDoor.SEGMENT, door, KubernetesDoor.RETRYING_SEGMENT, door.retrying()));
      port = listener.start().getPort();
      Files.writeString(
          directory.resolve("config"),
          kubeconfig("https://localhost:" + port + "/k8s/prod-eu", TOKEN));
      Files.writeString(
          directory.resolve("retrying"),
          kubeconfig("https://localhost:" + port + "/k8s-retry/prod-eu", TOKEN));
    } catch (Exception e) {
      // A field of a test class cannot be made by what throws a checked one.
      throw new IllegalStateException("the door does not open", e);
    }
  }

  private void see(MemoryCluster.Seen request) {
    seen.add(request);
    try {
      answering.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }

  private static Subject promoted() {
    return new Subject(
        AGENT.issuer(),
        AGENT.id(),
        AGENT.name(),
        AGENT.kind(),
        Set.of("ai-agents", "sre"),
        AGENT.onBehalfOf());
  }

  private KubernetesUpstream upstream(String name, int at) {
    return new KubernetesUpstream(
        new Resource(name, Resource.Kind.KUBERNETES, Map.of("environment", "production")),
        "localhost",
        at,
        Optional.of(new Authority(tls.chain())),
        new KubernetesUpstream.Credential.Token(new Secret.Generated(UPSTREAM_TOKEN)),
        true);
  }

  /** A connection for bytes that no stock client sends. */
  RawConnection connect() throws IOException {
    return new RawConnection(tls.client().getSocketFactory().createSocket("localhost", port));
  }

  private String kubeconfig(String server, String token) {
    return """
    apiVersion: v1
    kind: Config
    current-context: c
    contexts: [{name: c, context: {cluster: c, user: u, namespace: prod}}]
    clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
    users: [{name: u, user: {token: "%s"}}]
    """
        .formatted(server, tls.chain(), token);
  }

  /** Runs kubectl through the door. */
  Printed kubectl(String... arguments) throws IOException, InterruptedException {
    return finish(start(arguments));
  }

  /** Runs kubectl with a configuration that does not wait for humans. */
  Printed impatient(String... arguments) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("--kubeconfig", directory.resolve("retrying").toString()));
    all.addAll(List.of(arguments));
    return kubectl(all.toArray(String[]::new));
  }

  Process start(String... arguments) throws IOException {
    return start(new File("/dev/null"), arguments);
  }

  Process start(File input, String... arguments) throws IOException {
    return start(input, Map.of(), arguments);
  }

  /** Runs kubectl as those before 1.31 are, which know SPDY alone. */
  Process overSpdy(File input, String... arguments) throws IOException {
    return start(
        input,
        Map.of(
            "KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false",
            "KUBECTL_PORT_FORWARD_WEBSOCKETS", "false"),
        arguments);
  }

  private Process start(File input, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(input);
    builder.environment().putAll(environment);
    builder.environment().put("KUBECONFIG", directory.resolve("config").toString());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("KUBECACHEDIR", directory.resolve("cache").toString());
    return builder.start();
  }

  static Printed finish(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the client hangs: " + text);
    }
    return new Printed(process.exitValue(), text);
  }

  /** A manifest in a file of its own. */
  String file(String manifest) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "m", ".yaml"), manifest).toString();
  }

  /** All that was recorded of a stream. */
  String recorded(Event.ContentRecorded.Stream stream) {
    return journal.of(Event.ContentRecorded.class).stream()
        .filter(event -> event.stream() == stream)
        .map(Event.ContentRecorded::content)
        .reduce("", String::concat);
  }

  /** What was seen, recorded, asked and heard so far. */
  void forget() {
    seen.clear();
    journal.clear();
    approvals.asked.clear();
    admission.closers.clear();
    scripted.heard.clear();
    scripted.stray.clear();
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    forget();
  }

  @Override
  public void afterAll(ExtensionContext tests) throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    door.close();
    cluster.close();
    scripted.close();
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
