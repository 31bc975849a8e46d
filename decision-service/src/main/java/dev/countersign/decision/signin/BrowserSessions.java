package dev.countersign.decision.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.signin.BrowserSessionTable.Kept;
import dev.countersign.decision.signin.OpenIdProvider.Tokens;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Signs people in at their browsers, and knows who is signed in. What somebody may do is what their
 * issuer's last token says: when it is over it is refreshed, and whoever the issuer no longer
 * vouches for is signed out. Every method may block.
 */
public final class BrowserSessions {

  /** Where issuers send browsers back to. */
  public static final String CALLBACK = "/sign-in/callback";

  private final BrowserSessionTable table;
  private final TokenVerifier verifier;
  private final StepUp stepUp;
  private final SessionTimes times;
  private final Map<String, OpenIdProvider> providers;

  /** A refresh token may be good once: whoever comes second takes what the first one got. */
  private final ReentrantLock renewing = new ReentrantLock();

  /**
   * @param publicUrl where browsers reach the console, without a path
   * @param registrations where people sign in, the preferred one first
   */
  public BrowserSessions(
      Database database,
      TokenVerifier verifier,
      StepUp stepUp,
      SessionTimes times,
      URI publicUrl,
      List<Registration> registrations) {
    this.table = new BrowserSessionTable(database.jdbi());
    this.verifier = verifier;
    this.stepUp = stepUp;
    this.times = times;
    URI redirect = publicUrl.resolve(CALLBACK);
    this.providers =
        registrations.stream()
            .collect(
                toMap(
                    registration -> registration.issuer().issuer(),
                    registration -> new OpenIdProvider(registration, redirect),
                    (first, second) -> first,
                    LinkedHashMap::new));
  }

  /** The issuers at which people sign in. */
  public List<String> issuers() {
    return List.copyOf(providers.keySet());
  }

  /**
   * What a browser gets to begin with.
   *
   * @param to the page of the issuer
   * @param cookie to be kept until the browser comes back
   */
  public record Departure(URI to, String cookie) {}

  /**
   * What a browser gets when it is back.
   *
   * @param to the page that was wanted, a path
   * @param cookie the session's
   */
  public record Arrival(String to, String cookie) {}

  /**
   * Begins a sign-in.
   *
   * @param to the page that is wanted, a path
   * @param again whether to sign in afresh, and as well as those must who answer for others
   */
  public Departure depart(String issuer, String to, boolean again) throws SignInFailure {
    OpenIdProvider provider = provider(issuer);
    SignInAttempt attempt = SignInAttempt.at(issuer, to);
    return new Departure(
        provider.authorization(attempt, again, again ? stepUp.levels() : Set.of()),
        attempt.cookie());
  }

  /**
   * Ends a sign-in.
   *
   * @param cookie what {@link #depart} gave
   * @param answer the query that the issuer sent with the browser
   */
  public Arrival arrive(String cookie, Function<String, Optional<String>> answer)
      throws SignInFailure {
    SignInAttempt attempt =
        SignInAttempt.parse(cookie)
            .orElseThrow(() -> new SignInFailure("this browser has begun no sign-in"));
    String state = answer.apply("state").orElse("");
    if (!MessageDigest.isEqual(bytes(state), bytes(attempt.state()))) {
      throw new SignInFailure("the answer is for another sign-in than the one that was begun");
    }
    // RFC 9207: an answer of one issuer must not be taken to another.
    Optional<String> from = answer.apply("iss");
    if (from.isPresent() && !from.get().equals(attempt.issuer())) {
      throw new SignInFailure("the answer comes from another issuer");
    }
    if (answer.apply("error").isPresent()) {
      throw new SignInFailure("the issuer did not sign you in");
    }
    String code =
        answer.apply("code").orElseThrow(() -> new SignInFailure("the issuer sent no code"));
    OpenIdProvider provider = provider(attempt.issuer());
    Tokens tokens = provider.exchange(attempt, code);
    VerifiedToken token = verified(tokens.access(), attempt.issuer());
    if (token.subject().kind() != Subject.Kind.HUMAN) {
      throw new SignInFailure("the console is for people; agents use the API");
    }
    SessionSecret secret = SessionSecret.random();
    table.insert(secret.digest(), kept(token, tokens, secret), times);
    return new Arrival(attempt.to(), secret.cookie());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private OpenIdProvider provider(String issuer) throws SignInFailure {
    OpenIdProvider provider = providers.get(issuer);
    if (provider == null) {
      throw new SignInFailure("nobody signs in at that issuer here");
    }
    return provider;
  }

  private VerifiedToken verified(String access, String issuer) throws SignInFailure {
    try {
      VerifiedToken token = verifier.verify(access);
      if (!token.subject().issuer().equals(issuer) || token.credential().isPresent()) {
        throw new SignInFailure("the issuer gave somebody else's token");
      }
      return token;
    } catch (TokenRefused e) {
      throw new SignInFailure("the issuer's token is not good here: " + e.getMessage(), e);
    }
  }

  private static Kept kept(VerifiedToken token, Tokens tokens, SessionSecret secret) {
    return new Kept(
        token.subject(),
        token.signIn(),
        tokens.refresh().map(secret::seal),
        token.expires(),
        Instant.EPOCH,
        true);
  }

  /** Who a browser's cookie says is signed in, if they still are. */
  public Optional<BrowserSession> find(String cookie) {
    Optional<SessionSecret> secret = SessionSecret.parse(cookie);
    Optional<Kept> kept = secret.flatMap(known -> table.find(known.digest(), times));
    if (secret.isEmpty() || kept.isEmpty()) {
      return Optional.empty();
    }
    SessionSecret known = secret.get();
    Optional<Kept> fresh = kept.get().isFresh() ? kept : renewed(known);
    if (fresh.isEmpty()) {
      table.delete(known.digest());
      return Optional.empty();
    }
    return fresh.map(
        session -> new BrowserSession(session.subject(), session.signIn(), known.formToken()));
  }

  /**
   * Those of many cookies that are still of somebody who is signed in: of those whose tokens hold
   * one question is asked of the database, whoever they are.
   */
  public Set<String> stillIn(Set<String> cookies) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (String cookie : cookies) {
      SessionSecret.parse(cookie)
          .ifPresent(secret -> digests.put(cookie, HexFormat.of().formatHex(secret.digest())));
    }
    Map<String, Boolean> alive = table.alive(Set.copyOf(digests.values()), times);
    return digests.entrySet().stream()
        .filter(
            one -> {
              Boolean fresh = alive.get(one.getValue());
              return fresh != null && (fresh || find(one.getKey()).isPresent());
            })
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  /** That somebody did something, so that their session is not idle. */
  public void touch(String cookie) {
    SessionSecret.parse(cookie).ifPresent(secret -> table.seen(secret.digest()));
  }

  private Optional<Kept> renewed(SessionSecret secret) {
    renewing.lock();
    try {
      Optional<Kept> now = table.find(secret.digest(), times);
      return now.filter(Kept::isFresh).or(() -> now.flatMap(kept -> refreshed(secret, kept)));
    } finally {
      renewing.unlock();
    }
  }

  private Optional<Kept> refreshed(SessionSecret secret, Kept old) {
    Optional<String> refresh = old.refresh().flatMap(secret::open);
    if (refresh.isEmpty()) {
      return Optional.empty();
    }
    try {
      String issuer = old.subject().issuer();
      Tokens tokens = provider(issuer).refresh(refresh.get());
      VerifiedToken token = verified(tokens.access(), issuer);
      if (!token.subject().isSameAs(old.subject())
          || token.subject().kind() != Subject.Kind.HUMAN) {
        return Optional.empty();
      }
      Optional<byte[]> next = tokens.refresh().map(secret::seal).or(old::refresh);
      Kept fresh = new Kept(token.subject(), old.signIn(), next, token.expires(), old.ends(), true);
      table.renew(secret.digest(), fresh);
      return Optional.of(fresh);
    } catch (SignInFailure e) {
      return Optional.empty();
    }
  }

  /** Signs out. */
  public void end(String cookie) {
    SessionSecret.parse(cookie).ifPresent(secret -> table.delete(secret.digest()));
  }

  /** Whether a form is of the session whose cookie came with it. */
  public boolean isOwnForm(String cookie, String formToken) {
    return SessionSecret.parse(cookie).filter(secret -> secret.isFormToken(formToken)).isPresent();
  }
}
