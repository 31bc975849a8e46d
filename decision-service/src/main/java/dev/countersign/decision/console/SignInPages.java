package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.signin.BrowserSessions;
import dev.countersign.decision.signin.SignInFailure;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The way in: to the issuer, and back with its answer. */
final class SignInPages {

  private static final String HOME = "/";

  /** How long somebody may take at the issuer. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The browser forgets the cookie then; the session itself ends earlier if it is to. */
  private static final Duration SESSION = Duration.ofHours(24);

  /**
   * The page before the issuer's.
   *
   * @param issuers where one can sign in
   * @param to the page that is wanted
   * @param message what went wrong, or that one is signed out
   */
  record Door(List<String> issuers, String to, Optional<String> message) {

    /** Leads to an issuer, and from there to the page. */
    String link(String issuer) {
      return "/sign-in?issuer=%s&to=%s"
          .formatted(URLEncoder.encode(issuer, UTF_8), URLEncoder.encode(to, UTF_8));
    }
  }

  /** Sends an answer to whoever comes. */
  @FunctionalInterface
  interface Reply {
    void send(HttpServerExchange exchange, Answer answer);
  }

  private final BrowserSessions sessions;
  private final AddressLimits strangers;
  private final Cookies cookies;

  SignInPages(BrowserSessions sessions, AddressLimits strangers, Cookies cookies) {
    this.sessions = sessions;
    this.strangers = strangers;
    this.cookies = cookies;
  }

  /**
   * With one issuer there is nothing to choose; but whoever has signed out is not signed in again.
   */
  void begin(HttpServerExchange exchange, Reply reply) {
    String to = query(exchange, "to").orElse(HOME);
    if (isTooOften(exchange, to, reply)) {
      return;
    }
    boolean again = query(exchange, "again").isPresent();
    Optional<String> chosen =
        query(exchange, "issuer")
            .or(
                () ->
                    sessions.issuers().size() == 1 && query(exchange, "out").isEmpty()
                        ? Optional.of(sessions.issuers().getFirst())
                        : Optional.empty());
    if (chosen.isEmpty()) {
      Optional<String> message =
          sessions.issuers().isEmpty()
              ? Optional.of(
                  "Nobody can sign in here: no issuer of the configuration names a client. On the"
                      + " command line: countersign approvals list")
              : query(exchange, "out").map(out -> "You are signed out.");
      reply.send(exchange, door(200, to, message));
      return;
    }
    try {
      BrowserSessions.Departure departure = sessions.depart(chosen.get(), to, again);
      cookies.set(exchange, Cookies.SIGN_IN, departure.cookie(), PATIENCE);
      reply.send(exchange, new Answer.Elsewhere(departure.to().toString()));
    } catch (SignInFailure e) {
      reply.send(exchange, failed(e, to));
    }
  }

  /** Who comes here is not known yet, and has the issuer asked: so the address counts. */
  private boolean isTooOften(HttpServerExchange exchange, String to, Reply reply) {
    Optional<AddressLimits.TooOften> over = strangers.take(exchange.getSourceAddress());
    over.ifPresent(
        tooOften -> {
          exchange.getResponseHeaders().put(Headers.RETRY_AFTER, Long.toString(tooOften.seconds()));
          reply.send(
              exchange,
              door(
                  429,
                  to,
                  Optional.of(
                      "Too many sign-ins from your address. Try again in %d seconds."
                          .formatted(tooOften.seconds()))));
        });
    return over.isPresent();
  }

  void arrive(HttpServerExchange exchange, Reply reply) {
    if (isTooOften(exchange, HOME, reply)) {
      return;
    }
    try {
      BrowserSessions.Arrival arrival =
          sessions.arrive(
              cookies.read(exchange, Cookies.SIGN_IN).orElse(""), name -> query(exchange, name));
      cookies.clear(exchange, Cookies.SIGN_IN);
      // A session that was there ends: the new one is another's, or a stronger one.
      cookies.read(exchange, Cookies.SESSION).ifPresent(sessions::end);
      cookies.set(exchange, Cookies.SESSION, arrival.cookie(), SESSION);
      reply.send(exchange, new Answer.Elsewhere(arrival.to()));
    } catch (SignInFailure e) {
      cookies.clear(exchange, Cookies.SIGN_IN);
      reply.send(exchange, failed(e, HOME));
    }
  }

  private Answer failed(SignInFailure failure, String to) {
    return door(403, to, Optional.of("You are not signed in: " + failure.getMessage() + "."));
  }

  private Answer door(int status, String to, Optional<String> message) {
    return new Answer.Page(
        status, "Sign in", Section.APPROVALS, "signin", new Door(sessions.issuers(), to, message));
  }

  private static Optional<String> query(HttpServerExchange exchange, String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null || values.size() != 1
        ? Optional.empty()
        : Optional.of(values.getFirst()).filter(value -> value.length() <= 4096);
  }
}
