package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.HttpDoor;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front door to clusters: {@code /k8s/<resource>/…}. Knows who asks and for which cluster; what
 * becomes of the request is {@link Enforcement}'s.
 */
public final class KubernetesDoor implements HttpDoor, AutoCloseable {

  /** The first segment of the paths it owns. */
  public static final String SEGMENT = "k8s";

  private static final Logger log = LoggerFactory.getLogger(KubernetesDoor.class);
  private static final String PREFIX = "/" + SEGMENT + "/";

  private final KubernetesDoorConfig config;
  private final Policy policy;
  private final TokenVerifier tokens;
  private final Resources resources;
  private final Approvals approvals;
  private final Journal journal;
  private final Clusters clusters = new Clusters();
  private final Sessions sessions;
  private final Map<String, AtomicInteger> streams = new ConcurrentHashMap<>();
  private final ScheduledExecutorService expiry =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kubernetes-expiry").factory());

  public KubernetesDoor(
      KubernetesDoorConfig config,
      Policy policy,
      TokenVerifier tokens,
      Resources resources,
      Approvals approvals,
      Admission admission,
      Journal journal) {
    this.config = requireNonNull(config, "config");
    this.policy = requireNonNull(policy, "policy");
    this.tokens = requireNonNull(tokens, "tokens");
    this.resources = requireNonNull(resources, "resources");
    this.approvals = requireNonNull(approvals, "approvals");
    this.journal = requireNonNull(journal, "journal");
    sessions = new Sessions(journal, requireNonNull(admission, "admission"), config.idleSession());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException, InterruptedException {
    String below = exchange.target().substring(PREFIX.length() - 1);
    int end = 1;
    while (end < below.length() && below.charAt(end) != '/' && below.charAt(end) != '?') {
      end++;
    }
    String name = below.substring(1, end);
    String target = end == below.length() ? "/" : below.substring(end);
    TokenVerifier.VerifiedToken token;
    try {
      token = tokens.verify(bearer(exchange), name);
    } catch (TokenRefused e) {
      refused(
          exchange, Optional.empty(), name, Refusal.of(401, "not signed in: " + e.getMessage()));
      return;
    }
    Optional<KubernetesUpstream> upstream = resources.find(KubernetesUpstream.class, name);
    if (upstream.isEmpty()) {
      refused(
          exchange,
          Optional.of(token.subject()),
          name,
          Refusal.of(404, "there is no cluster of that name behind this gateway"));
      return;
    }
    try {
      Asked asked = Asked.read(exchange, target, config.longestBody());
      serve(exchange, token, upstream.get(), asked);
    } catch (UnclearRequestException e) {
      refused(exchange, Optional.of(token.subject()), name, Refusal.of(e.status(), e.reason()));
    } catch (NotAdmittedException e) {
      refused(
          exchange,
          Optional.of(token.subject()),
          name,
          Refusal.of(403, e.getMessage() + (e.hint().isEmpty() ? "" : ". " + e.hint())));
    } catch (BodyTooLargeException e) {
      refused(
          exchange,
          Optional.of(token.subject()),
          name,
          Refusal.of(413, String.valueOf(e.getMessage())));
    }
  }

  private static String bearer(HttpExchange exchange) throws TokenRefused {
    String field = exchange.headers().first("authorization").orElse("");
    if (exchange.headers().values("authorization").size() != 1
        || !field.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new TokenRefused("a bearer token is needed");
    }
    return field.substring(7).strip();
  }

  private void refused(
      HttpExchange exchange, Optional<Subject> subject, String resource, Refusal refusal)
      throws IOException {
    journal.append(
        new Event.SessionRefused(
            SessionId.random(), subject, resource, Sessions.address(exchange), refusal.message()));
    Answering.refuse(exchange, refusal);
  }

  private void serve(
      HttpExchange exchange,
      TokenVerifier.VerifiedToken token,
      KubernetesUpstream upstream,
      Asked asked)
      throws IOException, UnclearRequestException, NotAdmittedException {
    Subject subject = token.subject();
    if (!asked.isEndless()) {
      KubeSession session = sessions.enter(exchange, token, upstream.resource());
      try {
        enforcement(session, upstream, subject).apply(exchange, asked);
      } finally {
        session.leave(exchange);
      }
      return;
    }
    AtomicInteger open =
        streams.computeIfAbsent(subject.issuer() + " " + subject.id(), key -> new AtomicInteger());
    if (open.incrementAndGet() > config.streams()) {
      open.decrementAndGet();
      refused(
          exchange,
          Optional.of(subject),
          upstream.resource().name(),
          Refusal.of(429, "too many watches and terminals at once: " + config.streams()));
      return;
    }
    ScheduledFuture<?> end =
        expiry.schedule(
            exchange::abort,
            Math.max(0, Duration.between(Instant.now(), cap(token.expires())).toMillis()),
            TimeUnit.MILLISECONDS);
    @Nullable KubeSession session = null;
    try {
      session = sessions.stream(exchange, token, upstream.resource());
      enforcement(session, upstream, subject).apply(exchange, asked);
    } finally {
      end.cancel(false);
      open.decrementAndGet();
      if (session != null) {
        session.leave(exchange);
        session.close("the stream has ended");
      }
    }
  }

  /** Far enough for any stream, near enough for a count of milliseconds. */
  private static Instant cap(Instant expires) {
    Instant far = Instant.now().plus(Duration.ofDays(30));
    return expires.isBefore(far) ? expires : far;
  }

  private Enforcement enforcement(KubeSession session, KubernetesUpstream upstream, Subject subject)
      throws IOException {
    return new Enforcement(
        config,
        policy,
        session,
        subject,
        new Release(upstream, clusters.server(upstream), subject),
        new Hold(approvals, policy, session, subject, upstream.resource()));
  }

  /** Ends all sessions; the listener has ended the requests. */
  @Override
  public void close() {
    expiry.shutdownNow();
    sessions.close();
    clusters.close();
    log.atDebug().log("the door to clusters is closed");
  }
}
