package dev.countersign.decision.identity;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An OpenID Connect issuer whose tokens are believed.
 *
 * @param issuer compared character by character with the token's {@code iss}
 * @param audience must be among the token's {@code aud}
 * @param authorizedParties the clients ({@code azp}) whose tokens are believed; any if empty
 * @param jwksUri where its keys are; without it the issuer's discovery document is asked
 * @param algorithms the signature algorithms it may use, asymmetric ones only
 * @param claims which claims say what
 * @param clockSkew how far its clock may be off, at most {@link #MAX_CLOCK_SKEW}
 * @param keyCache how its keys are kept
 * @param plainHttp whether its keys may be fetched without TLS from another host than this one
 */
public record IssuerConfig(
    String issuer,
    String audience,
    Set<String> authorizedParties,
    Optional<URI> jwksUri,
    Set<String> algorithms,
    Claims claims,
    Duration clockSkew,
    KeyCache keyCache,
    boolean plainHttp) {

  public static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(60);

  public static final Set<String> DEFAULT_ALGORITHMS = Set.of("RS256", "ES256");

  /** No HMAC, whose key would be the issuer's public one, and of course no {@code none}. */
  private static final Set<String> KNOWN_ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  /**
   * Names of claims: a member of the token, or a path into it with dots such as {@code
   * realm_access.roles}. A member whose whole name has the dots goes first.
   *
   * @param groups an array of strings
   * @param name what people call the subject; without it the {@code sub} is shown
   * @param agent the claim that tells agents from humans, a string or an array of strings
   * @param agentValue the value in it that says agent
   * @param owner the {@code sub} of the human an agent acts for; whoever has it is an agent
   */
  public record Claims(String groups, String name, String agent, String agentValue, String owner) {

    public static final Claims DEFAULT =
        new Claims("groups", "preferred_username", "countersign_kind", "agent", "on_behalf_of");

    public Claims {
      requireNonNull(groups, "groups");
      requireNonNull(name, "name");
      requireNonNull(agent, "agent");
      requireNonNull(agentValue, "agentValue");
      requireNonNull(owner, "owner");
    }
  }

  /**
   * How keys are kept.
   *
   * @param refreshAfter how old they get before they are fetched anew, so that a withdrawn key ends
   * @param minInterval the least time between two fetches, whatever key ids tokens ask for
   * @param keepFor how long the last good ones serve while the issuer does not answer
   * @param timeout how long one fetch may take
   */
  public record KeyCache(
      Duration refreshAfter, Duration minInterval, Duration keepFor, Duration timeout) {

    public static final KeyCache DEFAULT =
        new KeyCache(
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofHours(4),
            Duration.ofSeconds(5));

    public KeyCache {
      if (!refreshAfter.isPositive() || !timeout.isPositive() || minInterval.isNegative()) {
        throw new IllegalArgumentException("a key cache needs positive times");
      }
      if (keepFor.compareTo(refreshAfter) < 0) {
        throw new IllegalArgumentException("keys are kept at least until they are fetched anew");
      }
    }
  }

  public IssuerConfig {
    requireNonNull(claims, "claims");
    requireNonNull(keyCache, "keyCache");
    algorithms = Set.copyOf(algorithms);
    authorizedParties = Set.copyOf(authorizedParties);
    if (audience.isBlank()) {
      throw new IllegalArgumentException("issuer " + issuer + " needs an audience");
    }
    if (algorithms.isEmpty() || !KNOWN_ALGORITHMS.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          "issuer " + issuer + " may use " + KNOWN_ALGORITHMS + ", not " + algorithms);
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
      throw new IllegalArgumentException("clock skew is 0 to 60 seconds, not " + clockSkew);
    }
    requireFetchable(URI.create(issuer), plainHttp);
    jwksUri.ifPresent(uri -> requireFetchable(uri, plainHttp));
  }

  /** An issuer with the usual settings, whose keys are found by discovery. */
  public static IssuerConfig of(String issuer, String audience) {
    return new IssuerConfig(
        issuer,
        audience,
        Set.of(),
        Optional.empty(),
        DEFAULT_ALGORITHMS,
        Claims.DEFAULT,
        MAX_CLOCK_SKEW,
        KeyCache.DEFAULT,
        false);
  }

  /**
   * Refuses an address of this issuer from which nothing can be believed.
   *
   * @throws IllegalArgumentException if it is without TLS and neither on this machine nor allowed
   */
  public void requireFetchable(URI uri) {
    requireFetchable(uri, plainHttp);
  }

  /** Keys that come without TLS over a network are anybody's keys. */
  static void requireFetchable(URI uri, boolean plainHttp) {
    String host = uri.getHost();
    boolean fetchable =
        host != null
            && switch (String.valueOf(uri.getScheme())) {
              case "https" -> true;
              case "http" -> plainHttp || isThisMachine(host);
              default -> false;
            };
    if (!fetchable) {
      throw new IllegalArgumentException(
          uri + " must be https; http only on this machine or where it is allowed for the issuer");
    }
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
  }
}
