package dev.countersign.decision.identity;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of one issuer, kept for a while. However many tokens ask for whatever key ids,
 * one thread at a time asks the issuer, and not more often than the configured interval.
 *
 * <p>While the issuer does not answer, or answers nonsense, the last good keys serve for a bounded
 * time; then every token is refused.
 */
final class IssuerKeys {

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  private static final int MIN_RSA_BITS = 2048;

  /** After a failure the issuer is asked again sooner: it may just be starting. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  private record Fetched(List<JWK> keys, long at) {}

  private final IssuerConfig issuer;
  private final IssuerEndpoint endpoint;
  private final LongSupplier nanoTime;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Fetched fetched;
  private long notBefore;

  /**
   * @param nanoTime a clock that only goes forward
   */
  IssuerKeys(IssuerConfig issuer, LongSupplier nanoTime) {
    this.issuer = issuer;
    this.endpoint = new IssuerEndpoint(issuer);
    this.nanoTime = nanoTime;
    this.notBefore = nanoTime.getAsLong();
  }

  /** The one key with that id that may make signatures of that algorithm. */
  JWK find(String keyId, JWSAlgorithm algorithm) throws TokenRefused {
    Fetched known = fetched;
    if (known == null || !has(known, keyId) || isOlder(known, issuer.keyCache().refreshAfter())) {
      known = fetch(known, keyId);
    }
    if (known == null || isOlder(known, issuer.keyCache().keepFor())) {
      throw new TokenRefused("the keys of " + issuer.issuer() + " cannot be had at the moment");
    }
    List<JWK> matching =
        known.keys().stream()
            .filter(key -> keyId.equals(key.getKeyID()) && maySign(key, algorithm))
            .toList();
    if (matching.size() != 1) {
      throw new TokenRefused(
          "the issuer has no single key for the token's kid and its algorithm " + algorithm);
    }
    return matching.getFirst();
  }

  private @Nullable Fetched fetch(@Nullable Fetched known, String keyId) {
    if (known != null && has(known, keyId) && !isOlder(known, issuer.keyCache().keepFor())) {
      // Good enough for now: only one fetches, nobody waits.
      if (!fetching.tryLock()) {
        return known;
      }
    } else {
      fetching.lock();
    }
    try {
      if (!Objects.equals(fetched, known) || nanoTime.getAsLong() - notBefore < 0) {
        return fetched;
      }
      return ask();
    } finally {
      fetching.unlock();
    }
  }

  private @Nullable Fetched ask() {
    Duration pause = issuer.keyCache().minInterval();
    try {
      fetched = new Fetched(endpoint.keys(), nanoTime.getAsLong());
    } catch (IOException | RuntimeException e) {
      pause = pause.compareTo(RETRY) < 0 ? pause : RETRY;
      log.atWarn()
          .addKeyValue("issuer", issuer.issuer())
          .addKeyValue("cause", e.getMessage())
          .log("keys of the issuer cannot be fetched");
    }
    notBefore = nanoTime.getAsLong() + pause.toNanos();
    return fetched;
  }

  private static boolean has(Fetched known, String keyId) {
    return known.keys().stream().anyMatch(key -> keyId.equals(key.getKeyID()));
  }

  private boolean isOlder(Fetched known, Duration age) {
    return nanoTime.getAsLong() - known.at() > age.toNanos();
  }

  private static boolean maySign(JWK key, JWSAlgorithm algorithm) {
    if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
      return false;
    }
    if (key.getAlgorithm() != null && !algorithm.equals(key.getAlgorithm())) {
      return false;
    }
    return switch (key) {
      case RSAKey rsa -> JWSAlgorithm.Family.RSA.contains(algorithm) && rsa.size() >= MIN_RSA_BITS;
      case ECKey ec ->
          JWSAlgorithm.Family.EC.contains(algorithm)
              && Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve());
      default -> false;
    };
  }
}
