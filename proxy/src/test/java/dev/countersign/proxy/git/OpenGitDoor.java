package dev.countersign.proxy.git;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.HttpsListener;
import dev.countersign.proxy.frontdoor.MemoryJournal;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/** The door of a git host with one repository, open, with everything a test wants to look at. */
final class OpenGitDoor implements AutoCloseable {

  static final String TOKEN = "agent-token";
  static final Subject AGENT = agent("agent-7");

  /** Somebody else's. */
  static final String OTHER_TOKEN = "other-token";

  static final String THIRD_TOKEN = "third-token";

  private static final Map<String, Subject> SUBJECTS =
      Map.of(TOKEN, AGENT, OTHER_TOKEN, agent("agent-8"), THIRD_TOKEN, agent("agent-9"));

  final Path root = Files.createTempDirectory("git-door");
  private final StockGit git = new StockGit(root);
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

  private static Subject agent(String id) {
    return new Subject(
        "https://issuer", id, id, Subject.Kind.AGENT, Set.of("ai-agents"), Optional.of("alice"));
  }

  OpenGitDoor() throws Exception {
    this(new GitDoorBuilder());
  }

  OpenGitDoor(GitDoorBuilder wanted) throws Exception {
    this.format = "--object-format=" + wanted.format.word();
    sample();
    server = new GitServer(root.resolve("hosted"));
    GitUpstream upstream =
        wanted.upstream(wanted.front.of(server.url("payments.git"), bare), signers);
    TokenVerifier tokens =
        token -> {
          if (!SUBJECTS.containsKey(token)) {
            throw new TokenRefused("no such token");
          }
          return new TokenVerifier.VerifiedToken(SUBJECTS.get(token), Instant.MAX);
        };
    door =
        new GitDoor(
            new GitDoorConfig(root.resolve("state"), wanted.disk, 4, wanted.patience),
            tokens,
            new Resources(List.of(upstream)),
            this::admit,
            new ReleaseGate(policy, approvals, journal, Duration.ofMillis(200)),
            strangers,
            wanted.recorder);
    TestTls tls = TestTls.make();
    listener = new HttpsListener(tls.door(wanted.limits), Map.of("git", door));
    address = listener.start();
    client = HttpClient.newBuilder().sslContext(tls.client()).build();
  }

  private final HttpClient client;

  /** Ends the latest session for a reason. */
  final AtomicReference<Consumer<String>> ending = new AtomicReference<>(reason -> {});

  /** Why nobody is let in, if so. */
  volatile Optional<NotAdmittedException> refusal = Optional.empty();

  private Admission.Admitted admit(Admission.Visitor visitor, Consumer<String> closer)
      throws NotAdmittedException {
    if (refusal.isPresent()) {
      throw refusal.get();
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
    StockGit.write(work, "README.md", "# payments\n");
    StockGit.write(work, "src/pay.py", "print('pay')\n");
    StockGit.write(work, ".github/workflows/ci.yml", "on: push\n");
    commit(work, "begin");
    StockGit.write(work, "src/pay.py", "print('pay twice')\n");
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
    StockGit.Printed printed = git(root, arguments.toArray(String[]::new));
    if (printed.exit() != 0) {
      throw new AssertionError(printed.text());
    }
    return clone;
  }

  /** A clone that is ahead by the commit of one file. */
  Path cloneWith(String file, String content) throws Exception {
    // Without arguments it would be Object's.
    Path clone = clone(new String[0]);
    StockGit.write(clone, file, content);
    commit(clone, "change " + file);
    return clone;
  }

  void commit(Path work, String message) throws Exception {
    git(work, "add", "-A");
    git(work, "commit", "-q", "-m", message);
  }

  /** What git prints once it has read a text. */
  String feed(Path directory, String text, String... arguments) throws IOException {
    return StockGit.fed(start(directory, TOKEN, arguments), text);
  }

  void run(Path directory, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " fails");
    }
  }

  StockGit.Printed git(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return StockGit.ended(start(directory, TOKEN, arguments));
  }

  /** A push that may have to wait. */
  Process startPush(Path clone, String refspec) throws IOException {
    return start(clone, TOKEN, "push", "origin", refspec);
  }

  Process start(Path directory, String token, String... arguments) throws IOException {
    return git.start(directory, token, arguments);
  }

  /** What is checked out. */
  String head(Path clone) throws IOException, InterruptedException {
    return git(clone, "rev-parse", "HEAD").text().strip();
  }

  /** What a ref is upstream; empty if it is not. */
  String upstream(String ref) throws Exception {
    StockGit.Printed printed = git(bare, "rev-parse", "-q", "--verify", ref);
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

  /** Pushes bytes. */
  String push(String commands, byte[] pack) throws Exception {
    return text(
        post("/git-receive-pack", PushBytes.body(commands, pack), "Content-Type", PushBytes.PUSH));
  }

  /** Asks for objects in protocol version 2. */
  String fetch(String... arguments) throws Exception {
    StringBuilder lines = new StringBuilder(PushBytes.line("command=fetch") + "0001");
    for (String argument : arguments) {
      lines.append(PushBytes.line(argument));
    }
    return text(
        post(
            "/git-upload-pack",
            PushBytes.body(lines + PushBytes.line("done"), new byte[0]),
            "Content-Type",
            PushBytes.FETCH,
            "Git-Protocol",
            "version=2"));
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** What was decided so, in the order it was; fetches are left out. */
  List<RefUpdate> updates(Verdict verdict) {
    return journal.of(Event.CommandDecided.class).stream()
        .filter(event -> event.verdict() == verdict)
        .flatMap(event -> ((CommandFacts.Git) event.facts()).updates().stream())
        .filter(update -> update.change() != RefUpdate.Change.FETCH)
        .toList();
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

  /** As if the gateway were told to. */
  void stop() {
    listener.close();
    door.close();
  }

  @Override
  public void close() throws IOException {
    stop();
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
