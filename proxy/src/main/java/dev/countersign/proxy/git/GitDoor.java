package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.decision.grant.Access;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.quota.AddressLimits.TooOften;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.Admission.Admitted;
import dev.countersign.decision.session.Admission.Visitor;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.GateSession;
import dev.countersign.proxy.frontdoor.HttpDoor;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.LargeFileWords;
import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The front door of the git repositories: {@code https://gateway/git/<resource>}. */
public final class GitDoor implements HttpDoor, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GitDoor.class);
  private static final int LONGEST_APPLICATION = 200;

  /** How many fetches are served at once that name so many objects that it takes memory. */
  private static final int LONG_FETCHES = 4;

  /** How many of these, and of pushes to be inspected, wait of one subject, and how long. */
  private static final int MOST_WAITING = 100;

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** How long a push that waits for a human has to say why it waits no longer. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  /** How long it may take until it is on record what has become of everything. */
  private static final Duration LAST_RECORDS = Duration.ofSeconds(2);

  private static final String SUFFIX = ".git";

  /** Also that of a Mac; libgit2, which has something else in brackets, is no curl. */
  private static final Pattern STOCK_GIT =
      Pattern.compile("git/[0-9]+\\.[^ ]*( \\(Apple Git-[^ ]*\\))?");

  private static final String VERSIONS =
      "Countersign: Git-Protocol has to be version=0, version=1 or version=2, once";

  private static final String UNKNOWN =
      "Countersign: there is no such git repository. Its name counts letter by letter, and so does"
          + " .git behind it";

  private static final String NO_LARGE_FILES =
      "Countersign: large files (git LFS) of this repository are not served through the gateway."
          + " Commit without LFS, or ask its operator (`lfs: judged`).";

  private final TokenVerifier tokens;
  private final Resources resources;
  private final Admission admission;
  private final ReleaseGate gate;
  private final AddressLimits strangers;
  private final Mirrors mirrors;
  private final PackKeeping keeping;
  private final Turns inspections;
  private final Turns longFetches;
  private final GitHosts hosts;
  private final LargeFileTickets tickets = new LargeFileTickets();
  private final Set<Ending> endings = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * A door that is handed to a listener.
   *
   * @param recorder keeps packs; empty where there is no owner's key to seal them to
   * @throws IOException if its directory cannot be used
   */
  public GitDoor(
      GitDoorConfig config,
      TokenVerifier tokens,
      Resources resources,
      Admission admission,
      ReleaseGate gate,
      AddressLimits strangers,
      Optional<PackRecorder> recorder)
      throws IOException {
    PlainSettings.install();
    this.tokens = requireNonNull(tokens, "tokens");
    this.resources = requireNonNull(resources, "resources");
    this.admission = requireNonNull(admission, "admission");
    this.gate = requireNonNull(gate, "gate");
    this.strangers = requireNonNull(strangers, "strangers");
    this.mirrors = new Mirrors(config.directory(), config.bytes());
    this.hosts = new GitHosts(config.patience());
    this.keeping = new PackKeeping(recorder);
    this.inspections = new Turns(config.pushes(), MOST_WAITING, PATIENCE);
    this.longFetches = new Turns(LONG_FETCHES, MOST_WAITING, PATIENCE);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException, InterruptedException {
    if (exchange.protocol() == HttpExchange.Protocol.HTTP_2
        && isStockGit(exchange)
        && isUpload(exchange)) {
      exchange.requireHttp1();
      return;
    }
    if (stopping) {
      Answers.error(exchange, 503, "Countersign: the gateway is stopping; try again in a moment");
      return;
    }
    Optional<GitRequest> request = GitRequest.read(exchange.method(), exchange.target());
    if (request.isEmpty()) {
      Answers.error(
          exchange,
          403,
          "Countersign: only git's smart HTTP is served here: clone, fetch and push of"
              + " /git/<resource>");
      return;
    }
    Optional<String> token = Login.token(exchange.headers());
    if (token.isEmpty()) {
      Answers.unauthorized(
          exchange, "Countersign: log in with your token or session credential as the password");
      return;
    }
    admit(exchange, registered(request.get()), token.get());
  }

  /** Clients of Git LFS put {@code .git} behind the name of a repository that does not end so. */
  private GitRequest registered(GitRequest request) {
    String name = request.resource();
    return request instanceof GitRequest.LargeFiles(String _, LargeFileRequest what)
            && name.endsWith(SUFFIX)
            && resources.find(GitUpstream.class, name).isEmpty()
        ? new GitRequest.LargeFiles(name.substring(0, name.length() - SUFFIX.length()), what)
        : request;
  }

  private static boolean isStockGit(HttpExchange exchange) {
    return STOCK_GIT.matcher(exchange.headers().first("User-Agent").orElse("")).matches();
  }

  /**
   * Whether git comes with more than it keeps in memory: then it says no length, and asks with an
   * empty pkt-line first whether it may. Before git 2.44 such uploads hang over HTTP/2, when curl
   * asks once more for what has ended.
   */
  private static boolean isUpload(HttpExchange exchange) {
    return exchange.method().equals("POST")
        && exchange
            .headers()
            .first("Content-Length")
            .filter(length -> !length.equals("4"))
            .isEmpty();
  }

  private void admit(HttpExchange exchange, GitRequest request, String token)
      throws IOException, InterruptedException {
    String client = exchange.remote().getAddress().getHostAddress();
    VerifiedToken verified;
    try {
      verified = tokens.verify(token, request.resource());
    } catch (TokenRefused e) {
      refuseStranger(exchange, request.resource(), client, String.valueOf(e.getMessage()));
      return;
    }
    Subject subject = verified.subject();
    Optional<GitUpstream> upstream = resources.find(GitUpstream.class, request.resource());
    if (upstream.isEmpty()) {
      gate.refused(
          Optional.of(subject), request.resource(), client, "there is no such git repository");
      Answers.error(exchange, 404, UNKNOWN);
      return;
    }
    if (request instanceof GitRequest.LargeFiles
        && upstream.get().largeFiles() instanceof GitUpstream.LargeFiles.Refused) {
      gate.refused(Optional.of(subject), request.resource(), client, "git LFS is not served");
      Answers.lfs(exchange, 403, LargeFileWords.write(NO_LARGE_FILES));
      return;
    }
    enter(exchange, request, verified, upstream.get(), client);
  }

  /** A good token gets in from any address, whatever else comes from there. */
  private void refuseStranger(HttpExchange exchange, String resource, String client, String reason)
      throws IOException {
    Optional<TooOften> over = strangers.take(exchange.remote());
    if (over.isEmpty() || over.get().isFirst()) {
      gate.refused(Optional.empty(), resource, client, over.map(TooOften::recorded).orElse(reason));
    }
    if (over.isPresent()) {
      Answers.tooOften(exchange, over.get());
    } else {
      Answers.unauthorized(exchange, "Countersign: the token is not good; sign in again");
    }
  }

  private void enter(
      HttpExchange exchange,
      GitRequest request,
      VerifiedToken verified,
      GitUpstream upstream,
      String client)
      throws IOException, InterruptedException {
    Visitor visitor =
        new Visitor(
            SessionId.random(), verified, upstream.resource(), client, application(exchange), true);
    Ending ending =
        new Ending(exchange, request instanceof GitRequest.Push ? LAST_WORDS : Duration.ZERO);
    Admitted admitted;
    try {
      admitted = admission.admit(visitor, ending::end);
    } catch (NotAdmittedException e) {
      String words = String.valueOf(e.getMessage());
      gate.refused(Optional.of(verified.subject()), request.resource(), client, words);
      int status = e.isForNow() ? 503 : 403;
      Answers.error(exchange, status, "Countersign: " + PlainText.line(words + ". " + e.hint()));
      return;
    }
    endings.add(ending);
    try (LiveSessions.Handle _ = admitted.session()) {
      GateSession session =
          gate.open(
              visitor.session(),
              verified.subject(),
              upstream.resource(),
              client,
              visitor.application(),
              admitted.single());
      ending.begun(session);
      exchange.whenSending(
          bytes -> {
            Optional<String> over = admitted.access().meter().sent(0, bytes);
            if (over.isPresent()) {
              session.close(over.get());
              throw new IOException(over.get());
            }
          });
      serve(exchange, request, verified.subject(), upstream, admitted.access(), session);
    } finally {
      endings.remove(ending);
      ending.over();
    }
  }

  private void serve(
      HttpExchange exchange,
      GitRequest request,
      Subject subject,
      GitUpstream upstream,
      Access.Open access,
      GateSession session)
      throws IOException, InterruptedException {
    if (!upstream.pushing().withoutClient()) {
      exchange.onClosed(() -> session.leave("the client has left"));
    }
    String reason = "done";
    try {
      serve(
          request,
          new Visit(
              exchange,
              subject,
              upstream,
              new UpstreamRepository(hosts.of(upstream)),
              access.within(gate.policy().current()),
              session));
    } catch (BodyTooLargeException e) {
      reason = "the request is too large";
      Answers.error(exchange, 413, "Countersign: the request is larger than is taken");
    } catch (UpstreamException | GitWireException e) {
      upstreamFailed(session, upstream, e);
      unavailable(exchange, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      reason = "broken off";
      throw e;
    } finally {
      session.close(reason);
    }
  }

  /** Ends a session that cannot go on. */
  static void upstreamFailed(GateSession session, GitUpstream upstream, IOException e) {
    log.atWarn()
        .addKeyValue("session", session.id())
        .addKeyValue("resource", upstream.resource().name())
        .setCause(e)
        .log("the git upstream failed");
    session.close("the upstream failed");
  }

  /** Where an answer has begun, all that is left is to break it off. */
  private static void unavailable(HttpExchange exchange, String words) throws IOException {
    try {
      Answers.error(exchange, 502, "Countersign: " + PlainText.line(words));
    } catch (IllegalStateException e) {
      exchange.abort();
    }
  }

  private void serve(GitRequest request, Visit visit) throws IOException, InterruptedException {
    switch (request) {
      case GitRequest.FetchBegin _ -> {
        switch (version(visit.exchange()).orElse(null)) {
          case null -> {}
          case ZERO -> new OldFetching(visit).advertise(false);
          case ONE -> new OldFetching(visit).advertise(true);
          case TWO -> Fetching.advertise(visit);
        }
      }
      case GitRequest.PushBegin _ -> PushOffer.of(visit).advertise(visit);
      case GitRequest.Fetch _ -> {
        if (isTyped(visit.exchange(), "application/x-git-upload-pack-request")) {
          switch (version(visit.exchange()).orElse(null)) {
            case null -> {}
            case ZERO, ONE -> new OldFetching(visit).answer(longFetches);
            case TWO -> new Fetching(visit, longFetches).answer();
          }
        }
      }
      case GitRequest.Push _ -> {
        if (isTyped(visit.exchange(), "application/x-git-receive-pack-request")) {
          new Pushing(visit, mirrors, keeping, inspections).answer();
        }
      }
      case GitRequest.LargeFiles(String _, LargeFileRequest what) -> largeFiles(what, visit);
    }
  }

  private void largeFiles(LargeFileRequest what, Visit visit)
      throws IOException, InterruptedException {
    switch (visit.upstream().largeFiles()) {
      case GitUpstream.LargeFiles.Refused _ -> throw new IllegalStateException("refused before");
      case GitUpstream.LargeFiles.Judged(long largest) ->
          new LargeFiles(
                  visit,
                  new UpstreamLargeFiles(hosts.of(visit.upstream())),
                  tickets,
                  mirrors,
                  largest)
              .answer(what);
    }
  }

  /** Empty where that was answered already: it is none. */
  private static Optional<ProtocolVersion> version(HttpExchange exchange) throws IOException {
    Optional<ProtocolVersion> version = ProtocolVersion.of(exchange.headers());
    if (version.isEmpty()) {
      Answers.error(exchange, 400, VERSIONS);
    }
    return version;
  }

  private static boolean isTyped(HttpExchange exchange, String type) throws IOException {
    if (exchange.headers().values("Content-Type").equals(List.of(type))) {
      return true;
    }
    Answers.error(exchange, 415, "Countersign: the body has to be " + type);
    return false;
  }

  private static String application(HttpExchange exchange) {
    String agent = PlainText.line(exchange.headers().first("User-Agent").orElse(""));
    return agent.substring(0, Math.min(LONGEST_APPLICATION, agent.length()));
  }

  /** Ends what goes on, before all clients are hung up on. */
  @Override
  public void dismiss() {
    stopping = true;
    endings.forEach(ending -> ending.end("the gateway is stopping"));
    areOverIn(LAST_WORDS);
  }

  /** Whether all exchanges are, after so long at most. */
  private boolean areOverIn(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    return endings.stream()
        .allMatch(ending -> ending.isOverIn(Duration.ofNanos(until - System.nanoTime())));
  }

  /** What is on its way upstream breaks off, and that goes on record. */
  @Override
  public void close() {
    hosts.close();
    if (!areOverIn(LAST_RECORDS)) {
      log.atWarn().log("the gateway stops before it is on record what has become of everything");
    }
  }
}
