package dev.countersign.proxy.git;

import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.frontdoor.HttpsListener;
import dev.countersign.proxy.frontdoor.MemoryJournal;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/** The door of a git host with one repository, open, with everything a test wants to look at. */
final class OpenGitDoor implements AutoCloseable {

  static final String TOKEN = "agent-token";
  static final Subject AGENT =
      new Subject(
          "https://issuer",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));

  /** What git printed, and how it ended. */
  record Printed(int exit, String text) {}

  final Path root = Files.createTempDirectory("git-door");
  final Path bare = root.resolve("hosted").resolve("payments.git");
  final Path signers = Files.createFile(root.resolve("signers"));
  final GitServer server;
  final MemoryJournal journal = new MemoryJournal();
  final PaperApprovals approvals = new PaperApprovals();

  /** Time stands still for it: so many and no more. */
  final AddressLimits strangers = new AddressLimits(400, () -> 0);

  final Policy policy = new Policy(new BranchPolicy("branches-1"));
  final InetSocketAddress address;
  private final GitDoor door;
  private final HttpsListener listener;
  private final String format;
  private int clones;

  OpenGitDoor() throws Exception {
    this(50, HttpsConfig.Limits.DEFAULT);
  }

  OpenGitDoor(int refs, HttpsConfig.Limits limits) throws Exception {
    this(refs, limits, GitUpstream.Fetching.DEFAULT, new GitUpstream.LargeFiles.Refused());
  }

  /**
   * One whose packs have to be recorded.
   *
   * @param recorder empty where the gateway cannot
   */
  OpenGitDoor(Optional<PackRecorder> recorder) throws Exception {
    this(
        50,
        HttpsConfig.Limits.DEFAULT,
        GitUpstream.Fetching.DEFAULT,
        new GitUpstream.LargeFiles.Refused(),
        recorder,
        true,
        ObjectFormat.SHA1);
  }

  /** One whose repository names its objects in this way. */
  OpenGitDoor(ObjectFormat format) throws Exception {
    this(
        50,
        HttpsConfig.Limits.DEFAULT,
        GitUpstream.Fetching.DEFAULT,
        new GitUpstream.LargeFiles.Refused(),
        Optional.empty(),
        false,
        format);
  }

  /**
   * One with other bounds.
   *
   * @param refs how many a push may change
   * @param fetching what a clone may leave out
   */
  OpenGitDoor(
      int refs,
      HttpsConfig.Limits limits,
      GitUpstream.Fetching fetching,
      GitUpstream.LargeFiles largeFiles)
      throws Exception {
    this(refs, limits, fetching, largeFiles, Optional.empty(), false, ObjectFormat.SHA1);
  }

  private OpenGitDoor(
      int refs,
      HttpsConfig.Limits limits,
      GitUpstream.Fetching fetching,
      GitUpstream.LargeFiles largeFiles,
      Optional<PackRecorder> recorder,
      boolean recordsPacks,
      ObjectFormat format)
      throws Exception {
    this.format = "--object-format=" + format.word();
    sample();
    server = new GitServer(root.resolve("hosted"));
    GitUpstream upstream =
        new GitUpstream(
            new Resource("payments", Resource.Kind.GIT, Map.of("environment", "production")),
            server.url("payments.git"),
            Optional.of(
                new GitUpstream.Login(GitServer.USER, new Secret.Generated(GitServer.TOKEN))),
            fetching,
            new GitUpstream.Pushing(
                2L << 30,
                8 << 20,
                100_000,
                refs,
                List.of("refs/heads/", "refs/tags/"),
                false,
                Optional.of(signers)),
            Networks.ANYWHERE,
            largeFiles,
            recordsPacks);
    TokenVerifier tokens =
        token -> {
          if (!token.equals(TOKEN)) {
            throw new TokenRefused("no such token");
          }
          return new TokenVerifier.VerifiedToken(AGENT, Instant.MAX);
        };
    door =
        new GitDoor(
            new GitDoorConfig(root.resolve("state"), 1L << 30, 4),
            tokens,
            new Resources(List.of(upstream)),
            this::admit,
            new ReleaseGate(policy, approvals, journal, Duration.ofMillis(200)),
            strangers,
            recorder);
    TestTls tls = TestTls.make();
    listener =
        new HttpsListener(
            new HttpsConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls.chain(),
                tls.key(),
                limits),
            Map.of("git", door));
    address = listener.start();
    client = HttpClient.newBuilder().sslContext(tls.client()).build();
  }

  private final HttpClient client;

  /** Ends the latest session for a reason. */
  final AtomicReference<Consumer<String>> ending = new AtomicReference<>(reason -> {});

  /** Whether people are let in. */
  volatile boolean open = true;

  private Admission.Admitted admit(Admission.Visitor visitor, Consumer<String> closer)
      throws NotAdmittedException {
    if (!open) {
      throw new NotAdmittedException("payments is not open to you", "Ask for a grant.");
    }
    ending.set(closer);
    return new Admission.Admitted(
        new Access.Open(Optional.empty(), GrantScope.ALL, Instant.MAX), () -> {});
  }

  private void sample() throws Exception {
    Files.createDirectories(bare);
    git(bare, "init", "-q", "--bare", format, "-b", "main");
    Path work = root.resolve("seed");
    Files.createDirectories(work);
    git(work, "init", "-q", format, "-b", "main");
    write(work, "README.md", "# payments\n");
    write(work, "src/pay.py", "print('pay')\n");
    write(work, ".github/workflows/ci.yml", "on: push\n");
    commit(work, "begin");
    write(work, "src/pay.py", "print('pay twice')\n");
    commit(work, "go on");
    git(work, "push", "-q", bare.toString(), "main", "main:hidden/merger");
    git(bare, "symbolic-ref", "refs/heads/alias", "refs/heads/main");
  }

  URI url() {
    return URI.create("https://127.0.0.1:" + address.getPort() + "/git/payments");
  }

  /** A clone through the door. */
  Path clone(String... options) throws Exception {
    Path clone = root.resolve("clone" + ++clones);
    List<String> arguments = new ArrayList<>(List.of("clone", "-q"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(url().toString(), clone.toString()));
    Printed printed = git(root, arguments.toArray(String[]::new));
    if (printed.exit() != 0) {
      throw new AssertionError(printed.text());
    }
    return clone;
  }

  static void write(Path work, String file, String text) throws IOException {
    Path path = work.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  void commit(Path work, String message) throws Exception {
    git(work, "add", "-A");
    git(work, "commit", "-q", "-m", message);
  }

  /** What git prints once it has read a text. */
  String feed(Path directory, String text, String... arguments) throws IOException {
    Process process = start(directory, TOKEN, arguments);
    try (OutputStream out = process.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  void run(Path directory, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " fails");
    }
  }

  Printed git(Path directory, String... arguments) throws IOException, InterruptedException {
    Process process = start(directory, TOKEN, arguments);
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("git hangs: " + text);
    }
    return new Printed(process.exitValue(), text);
  }

  Process start(Path directory, String token, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "credential.helper="));
    command.addAll(
        List.of(
            "-c", "credential.helper=!f() { echo username=x; echo password=" + token + "; }; f"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_SSL_NO_VERIFY", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("HOME", root.toString());
    environment.put("LC_ALL", "C.UTF-8");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Agent Seven");
      environment.put("GIT_" + who + "_EMAIL", "agent-7@example.org");
    }
    return builder.start();
  }

  /** What a ref is upstream; empty if it is not. */
  String upstream(String ref) throws Exception {
    Printed printed = git(bare, "rev-parse", "-q", "--verify", ref);
    return printed.exit() == 0 ? printed.text().strip() : "";
  }

  /** A connection to say anything on. */
  SSLSocket connect() throws IOException {
    return (SSLSocket)
        client
            .sslContext()
            .getSocketFactory()
            .createSocket(address.getAddress(), address.getPort());
  }

  /** Sends what git would not. */
  HttpResponse<byte[]> post(String path, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> put(String path, byte[] body, String... headers) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .headers(headers)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    door.close();
    server.close();
    Mirror.delete(root);
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
