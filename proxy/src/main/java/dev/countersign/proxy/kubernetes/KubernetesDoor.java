package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.quota.AddressLimits.TooOften;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.HttpDoor;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.rules.fact.Subject;
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

  /** The same for clients that do not wait for a human: see {@link #retrying}. */
  public static final String RETRYING_SEGMENT = "k8s-retry";

  /**
   * How often somebody who waits is told so, for the gate: here nobody is, as HTTP has no way to
   * tell anything before the answer.
   */
  public static final Duration NOTICE = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(KubernetesDoor.class);

  private final KubernetesDoorConfig config;
  private final TokenVerifier tokens;
  private final Resources resources;
  private final ReleaseGate gate;
  private final AddressLimits strangers;
  private final Clusters clusters = new Clusters();
  private final Sessions sessions;
  private final Map<String, Turns> turns = new ConcurrentHashMap<>();
  private final OpenStreams streams;
  private final ScheduledExecutorService expiry =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kubernetes-expiry").factory());

  public KubernetesDoor(
      KubernetesDoorConfig config,
      TokenVerifier tokens,
      Resources resources,
      Admission admission,
      ReleaseGate gate,
      AddressLimits strangers) {
    this.config = requireNonNull(config, "config");
    this.tokens = requireNonNull(tokens, "tokens");
    this.resources = requireNonNull(resources, "resources");
    this.gate = requireNonNull(gate, "gate");
    this.strangers = requireNonNull(strangers, "strangers");
    streams = new OpenStreams(config.streams());
    sessions = new Sessions(gate, requireNonNull(admission, "admission"), config.idleSession());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException, InterruptedException {
    handle(exchange, SEGMENT, true);
  }

  /**
   * The same door for clients that do not wait for a human: what needs an approval is refused at
   * once, and gets its answer when it comes again.
   */
  public HttpDoor retrying() {
    return exchange -> handle(exchange, RETRYING_SEGMENT, false);
  }

  private void handle(HttpExchange exchange, String segment, boolean stays)
      throws IOException, InterruptedException {
    String below = exchange.target().substring(segment.length() + 1);
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
      refuseStranger(exchange, name, "not signed in: " + e.getMessage());
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
      serve(exchange, token, upstream.get(), asked, stays);
    } catch (UnclearRequestException e) {
      refused(exchange, Optional.of(token.subject()), name, Refusal.of(e.status(), e.reason()));
    } catch (NotAdmittedException e) {
      refused(
          exchange,
          Optional.of(token.subject()),
          name,
          Refusal.of(
              e.isForNow() ? 503 : 403,
              e.getMessage() + (e.hint().isEmpty() ? "" : ". " + e.hint())));
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

  /** A good token gets in from any address, whatever else comes from there. */
  private void refuseStranger(HttpExchange exchange, String resource, String reason)
      throws IOException {
    Optional<TooOften> over = strangers.take(exchange.remote());
    if (over.isEmpty() || over.get().isFirst()) {
      gate.refused(
          Optional.empty(),
          resource,
          Sessions.address(exchange),
          over.map(TooOften::recorded).orElse(reason));
    }
    // Without Retry-After: kubectl would wait and come again by itself, with the same token.
    Answering.refuse(
        exchange,
        over.map(tooOften -> Refusal.of(429, tooOften.words()))
            .orElseGet(() -> Refusal.of(401, reason)));
  }

  private void refused(
      HttpExchange exchange, Optional<Subject> subject, String resource, Refusal refusal)
      throws IOException {
    gate.refused(subject, resource, Sessions.address(exchange), refusal.message());
    Answering.refuse(exchange, refusal);
  }

  private void serve(
      HttpExchange exchange,
      TokenVerifier.VerifiedToken token,
      KubernetesUpstream upstream,
      Asked asked,
      boolean stays)
      throws IOException, InterruptedException, UnclearRequestException, NotAdmittedException {
    Subject subject = token.subject();
    if (!asked.isEndless()) {
      inTurn(exchange, token, upstream, asked, stays);
      return;
    }
    if (!streams.enter(subject)) {
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
      AtClient client = new AtClient(exchange, stays, Optional.empty());
      enforcement(exchange, session, upstream, subject, client).apply(asked);
    } finally {
      end.cancel(false);
      streams.leave(subject);
      if (session != null) {
        session.leave(exchange);
        session.close("the stream has ended");
      }
    }
  }

  private void inTurn(
      HttpExchange exchange,
      TokenVerifier.VerifiedToken token,
      KubernetesUpstream upstream,
      Asked asked,
      boolean stays)
      throws IOException, InterruptedException, UnclearRequestException, NotAdmittedException {
    Subject subject = token.subject();
    String cluster = upstream.resource().name();
    Turns queue =
        turns.computeIfAbsent(
            cluster, unknown -> new Turns(config.requests(), config.requests(), config.patience()));
    Optional<Turns.Turn> taken = queue.take(subject);
    if (taken.isEmpty()) {
      Refusal refusal = Refusal.overloaded(cluster);
      if (queue.isToBeTold()) {
        refused(exchange, Optional.of(subject), cluster, refusal);
      } else {
        Answering.refuse(exchange, refusal);
      }
      return;
    }
    try (Turns.Turn turn = taken.get()) {
      KubeSession session = sessions.enter(exchange, token, upstream.resource());
      try {
        AtClient client = new AtClient(exchange, stays, Optional.of(turn));
        enforcement(exchange, session, upstream, subject, client).apply(asked);
      } finally {
        session.leave(exchange);
      }
    }
  }

  /** Far enough for any stream, near enough for a count of milliseconds. */
  private static Instant cap(Instant expires) {
    Instant far = Instant.now().plus(Duration.ofDays(30));
    return expires.isBefore(far) ? expires : far;
  }

  private Enforcement enforcement(
      HttpExchange exchange,
      KubeSession session,
      KubernetesUpstream upstream,
      Subject subject,
      AtClient client)
      throws IOException {
    exchange.whenSending(
        bytes -> {
          Optional<String> over = session.meter().sent(0, bytes);
          if (over.isPresent()) {
            throw new IOException(over.get());
          }
        });
    return new Enforcement(
        config,
        session,
        new Forwarding(upstream, clusters.server(upstream), subject),
        exchange,
        client);
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
